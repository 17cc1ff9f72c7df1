package mta.smtp.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.io.Listener;

/**
 * The settings of all listeners: {@code default}, over it those of the listener's own instance, over it entries of the
 * listener itself that are called like one of ours. Thread-safe.
 */
public final class SettingsByListener {

    private static final String DEFAULT = "default";
    private static final int KEPT = 1_000;

    private record Key(String listener, Map<String, String> entries) {}

    private final Map<String, Map<String, ?>> instances = new ConcurrentHashMap<>();
    private final Map<Key, ServerSettings> known = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if a value is not what its setting takes; nothing has changed then */
    public void put(String instance, Map<String, ?> values) {
        ServerSettings.of(values);
        instances.put(instance, values);
        known.clear();
    }

    /** Only if it is still these values: the successor of an instance may have come first. */
    public void remove(String instance, Map<String, ?> values) {
        instances.computeIfPresent(instance, (name, now) -> now == values ? null : now);
        known.clear();
    }

    ServerSettings of(Listener listener) {
        // Per-client overrides make as many as there are kinds of clients; a flood of them must not fill the heap.
        if (known.size() > KEPT) {
            known.clear();
        }
        return known.computeIfAbsent(new Key(listener.name(), listener.settings()), this::read);
    }

    private ServerSettings read(Key key) {
        Map<String, ?> values = instances.getOrDefault(DEFAULT, Map.of());
        values = ServerSettings.merged(values, instances.getOrDefault(key.listener(), Map.of()));
        return ServerSettings.of(ServerSettings.merged(values, key.entries()));
    }
}

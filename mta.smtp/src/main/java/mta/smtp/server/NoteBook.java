package mta.smtp.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Notes;
import mta.plugins.api.hooks.Call;

/** Notes of a session or transaction: plugin name to key to JSON value. Used by the thread of the session. */
final class NoteBook {

    private Map<String, Map<String, Object>> pages = Map.of();

    boolean isEmpty() {
        return pages.isEmpty();
    }

    Map<String, Map<String, Object>> all() {
        var copy = new HashMap<String, Map<String, Object>>();
        pages.forEach((plugin, page) -> copy.put(plugin, Map.copyOf(page)));
        return copy;
    }

    private Optional<Object> find(String plugin, String key) {
        return Optional.ofNullable(pages.getOrDefault(plugin, Map.of()).get(key));
    }

    private void put(String plugin, String key, Object json) {
        if (pages.isEmpty()) {
            pages = new HashMap<>();
        }
        pages.computeIfAbsent(plugin, _ -> new HashMap<>()).put(key, json);
    }

    /** As the plugin of this call sees them. */
    Notes view(Call call) {
        return new Notes() {
            @Override
            public Optional<Object> find(String key) {
                return NoteBook.this.find(call.plugin(), key);
            }

            @Override
            public Optional<Object> find(String plugin, String key) {
                return NoteBook.this.find(plugin, key);
            }

            @Override
            public void put(String key, Object json) {
                check(json);
                String plugin = call.plugin();
                call.edit(() -> NoteBook.this.put(plugin, key, json));
            }

            @Override
            public Map<String, Map<String, Object>> all() {
                return NoteBook.this.all();
            }
        };
    }

    /** Values of classes that a plugin brings would keep its class loader alive, and could not be stored. */
    private static void check(Object json) {
        switch (json) {
            case String _, Long _, Integer _, Double _, Boolean _ -> {}
            case List<?> list -> list.forEach(NoteBook::check);
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    if (!(key instanceof String)) {
                        throw new IllegalArgumentException("keys of notes are strings, not " + key);
                    }
                    check(value);
                });
            case null, default -> throw new IllegalArgumentException("notes are JSON values, not " + json);
        }
    }
}

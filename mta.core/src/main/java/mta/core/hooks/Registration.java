package mta.core.hooks;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.hooks.Selector;

/**
 * A plugin that is there: one service of one interface. Knows which calls run in it, so that it can be closed for new
 * ones and drained of those before its classes go. Thread-safe.
 */
final class Registration<T> {

    /** Property in which a service names the stages that it implements, where its class cannot tell (scripts). */
    static final String STAGES = "mta.stages";

    /** Property with the version that traces and tables show; otherwise the bundle's. */
    static final String VERSION = "mta.version";

    /** A plugin with more calls than this that never came back is not called any more. */
    private static final int MAX_ABANDONED = 20;

    /** The newest version wins, so that a version put beside the old one takes over at once. */
    static final Comparator<Registration<?>> BEST_FIRST = Comparator.<Registration<?>>comparingLong(r -> r.ranking)
            .thenComparingLong(r -> r.serial)
            .reversed();

    private final T service;
    private final String plugin;
    private final String named;
    private final String version;
    private final long ranking;
    private final long serial;
    private final Set<String> stages;
    private final Map<String, Set<String>> when;

    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean hung;

    Registration(Class<T> point, T service, Map<String, ?> properties, long serial) {
        this.service = service;
        this.plugin = text(properties, Plugin.PROPERTY, "");
        this.named = text(properties, Named.PROPERTY, plugin);
        this.version = text(properties, VERSION, "");
        this.ranking = properties.get("service.ranking") instanceof Integer number ? number : 0;
        this.serial = serial;
        this.stages = stagesOf(point, service, properties.get(STAGES));
        this.when = whenOf(properties);
    }

    private static Map<String, Set<String>> whenOf(Map<String, ?> properties) {
        var when = new HashMap<String, Set<String>>();
        properties.forEach((key, value) -> {
            if (key.startsWith(Selector.PROPERTY_PREFIX)) {
                String name = key.substring(Selector.PROPERTY_PREFIX.length());
                when.put(
                        name,
                        value instanceof String[] many
                                ? Set.copyOf(Arrays.asList(many))
                                : Set.of(String.valueOf(value)));
            }
        });
        return Map.copyOf(when);
    }

    /** Whether the plugin says that it is for this; one that says nothing is for everything. */
    boolean concerns(Selector selector) {
        if (when.isEmpty()) {
            return true;
        }
        for (var entry : when.entrySet()) {
            if (!entry.getValue().contains(selector.value(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static String text(Map<String, ?> properties, String key, String otherwise) {
        Object value = properties.get(key);
        return value == null ? otherwise : value.toString();
    }

    private static Set<String> stagesOf(Class<?> point, Object service, Object property) {
        return switch (property) {
            case String[] names -> Set.of(names);
            case String name -> Set.of(name);
            case List<?> names ->
                Set.copyOf(names.stream().map(Object::toString).toList());
            case null, default ->
                Set.copyOf(Arrays.stream(service.getClass().getMethods())
                        .filter(method -> method.getDeclaringClass() != point && !method.isBridge())
                        .map(Method::getName)
                        .distinct()
                        .toList());
        };
    }

    T service() {
        return service;
    }

    String plugin() {
        return plugin;
    }

    String named() {
        return named;
    }

    String version() {
        return version;
    }

    boolean implementsStage(String stage) {
        return stages.contains(stage);
    }

    Set<Running> running() {
        return running;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Lets a call in. The order of the two steps is what makes closing safe: the call shows itself first and looks
     * second, the one who closes does it the other way round, so that at least one sees the other.
     */
    boolean enter(Running call) {
        running.add(call);
        if (closed) {
            running.remove(call);
            return false;
        }
        return true;
    }

    void leave(Running call) {
        running.remove(call);
    }

    /** Hands the driver out to one who holds it as long as a pin. The order of steps is that of {@link #enter}. */
    boolean hold() {
        holders.incrementAndGet();
        if (closed) {
            holders.decrementAndGet();
            return false;
        }
        return true;
    }

    void letGo() {
        holders.decrementAndGet();
    }

    void close() {
        closed = true;
    }

    /** Waits until no call runs in it and nobody holds it as a driver. @return false if somebody still does */
    boolean drained(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!running.isEmpty() || holders.get() > 0) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(200_000);
        }
        return true;
    }

    /** One of its calls did not heed its interruption: from now on calls get threads of their own. */
    void hung() {
        hung = true;
        abandoned.incrementAndGet();
    }

    void abandoned() {
        abandoned.incrementAndGet();
    }

    void cameBack() {
        abandoned.decrementAndGet();
    }

    boolean needsThread() {
        return hung;
    }

    /** Too many of its calls never came back. */
    boolean isLost() {
        return abandoned.get() > MAX_ABANDONED;
    }

    int abandonedCalls() {
        return abandoned.get();
    }
}

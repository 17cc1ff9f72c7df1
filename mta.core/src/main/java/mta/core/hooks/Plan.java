package mta.core.hooks;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An immutable generation of all bindings, resolved and in order: what runs at each stage. Swapped as a whole. Counts
 * its pins, so that one who takes a plugin away can wait until nobody uses an old plan.
 */
final class Plan {

    private static final Link<?>[] NOTHING = {};

    private final long number;
    private final Link<?>[][] chains;
    private final Map<Class<?>, Map<String, Registration<?>>> drivers;
    private final AtomicInteger pins = new AtomicInteger();

    /** @param chains by number of the stage */
    Plan(long number, Link<?>[][] chains, Map<Class<?>, Map<String, Registration<?>>> drivers) {
        this.number = number;
        this.chains = chains;
        this.drivers = drivers;
    }

    long number() {
        return number;
    }

    Link<?>[] chain(int stage) {
        return stage < chains.length ? chains[stage] : NOTHING;
    }

    Map<String, Registration<?>> drivers(Class<?> type) {
        return drivers.getOrDefault(type, Map.of());
    }

    void take() {
        pins.incrementAndGet();
    }

    void release() {
        pins.decrementAndGet();
    }

    boolean isUnused() {
        return pins.get() == 0;
    }
}

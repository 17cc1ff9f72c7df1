package mta.core.hooks;

import java.util.Map;

/**
 * An immutable generation of all bindings, resolved and in order: what runs at each stage. Swapped as a whole. Who
 * pins it refers to it; whether a plugin is still in use is known by its {@link Registration}.
 */
final class Plan {

    private static final Link<?>[] NOTHING = {};

    private final long number;
    private final Link<?>[][] chains;
    private final Map<Class<?>, Map<String, Registration<?>>> drivers;

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
        return stage < chains.length && chains[stage] != null ? chains[stage] : NOTHING;
    }

    Map<String, Registration<?>> drivers(Class<?> type) {
        return drivers.getOrDefault(type, Map.of());
    }
}

package mta.plugins.api.hooks;

/**
 * What a binding's {@code when} is compared with: the value of a key such as {@code listener}, {@code tenant},
 * {@code domain}, {@code user}; the empty string where there is none. The key {@link #TRACE} names what the call is about
 * (the id of a message or session), under which a trace of it is kept. Called on the thread that runs the hook.
 */
@FunctionalInterface
public interface Selector {

    String TRACE = "trace";

    /** Matches only bindings without {@code when}. */
    Selector NONE = key -> "";

    String value(String key);
}

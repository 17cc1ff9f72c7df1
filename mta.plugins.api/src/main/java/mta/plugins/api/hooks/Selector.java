package mta.plugins.api.hooks;

/**
 * What a binding's {@code when} is compared with: the value of a key such as {@code listener}, {@code tenant},
 * {@code domain}, {@code user}; the empty string where there is none. The key {@link #TRACE} names what the call is about
 * (the id of a message or session), under which a trace of it is kept. Called on the thread that runs the hook.
 *
 * <p>A plugin too may say what it is for, by service properties {@code mta.when.KEY} with one or more values: where none
 * of them is the selector's, it is not called, as if its binding did not match.
 */
@FunctionalInterface
public interface Selector {

    String TRACE = "trace";

    /** Begins the names of the service properties. */
    String PROPERTY_PREFIX = "mta.when.";

    /** Matches only bindings without {@code when}. */
    Selector NONE = key -> "";

    String value(String key);
}

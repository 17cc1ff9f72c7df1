package mta.plugins.api.hooks;

/**
 * What the host does when a call failed: it threw, was late, gave null or an inadmissible verdict, its breaker is open,
 * its binding is busy, or its plugin is missing. A property of the binding, not of the plugin.
 */
public enum FailureAction {
    /** Go on as if the plugin had no opinion (fail open). */
    NEXT,
    /** Refuse with 451 4.3.0 (or retry later, in delivery). The default. */
    TEMPFAIL,
    /** Refuse with 421 4.3.0 and close the connection; in delivery like {@link #TEMPFAIL}. */
    SHUTDOWN,
    /** Refuse with 554 5.3.0. */
    REJECT,
    /** Take the message and hold it; before DATA like {@link #TEMPFAIL}. */
    HOLD,
    /** Observers: wait until the plugin takes it. */
    BLOCK,
    /** Observers: keep it on disk until the plugin takes it. The default for record sinks. */
    SPILL,
    /** Observers: drop it and count it. */
    DROP
}

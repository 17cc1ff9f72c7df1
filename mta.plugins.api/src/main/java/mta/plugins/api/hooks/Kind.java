package mta.plugins.api.hooks;

/** The four kinds of hook points. One runner serves them all. */
public enum Kind {
    /** An ordered chain; each binding may give a {@link mta.plugins.api.Verdict}. */
    DECIDE,
    /** The first answer wins. */
    RESOLVE,
    /** One driver, chosen by name. */
    PROVIDE,
    /** Everybody is told; nobody answers. */
    OBSERVE
}

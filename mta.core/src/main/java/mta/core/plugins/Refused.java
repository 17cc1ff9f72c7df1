package mta.core.plugins;

/** Why a bundle was not put in force. Caught by {@link PluginHost}, which records it. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    /** At which step. */
    enum Why {
        UNREADABLE,

        /** Waits for a bundle that brings what it lacks. */
        UNRESOLVED,

        /** Was built for another plugin API or a later Java, which no bundle brings. */
        API,
        START,
        SELFTEST,
        REQUIRED
    }

    private final Why why;

    Refused(Why why, String reason) {
        super(reason);
        this.why = why;
    }

    Why why() {
        return why;
    }

    /** As records and tables have it. */
    String word() {
        return why.name().toLowerCase(java.util.Locale.ROOT);
    }
}

package mta.plugins.api.routing;

/** Why a message is placed. */
public enum Cause {
    /** Came in over SMTP or LMTP. */
    RECEIVED,
    /** Came in another way: HTTP, pickup, a plugin. */
    INJECTED,
    /** A notification made here. */
    BOUNCE,
    /** Found in the spool at start. */
    LOADED,
    /** After a transient failure. */
    RETRY,
    /** An operator moves it. */
    REBIND,
    /** Handed over by another node. */
    TRANSFER
}

package mta.plugins.api.smtp;

/** Why a session ended. */
public enum Close {
    QUIT,
    /** The client went away. */
    LOST,
    TIMEOUT,
    /** Refused at connect, too many errors, a verdict that closes, a protocol violation. */
    REFUSED,
    /** The server stops, or its listener's settings changed. */
    SHUTDOWN
}

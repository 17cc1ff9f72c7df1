package mta.plugins.api.smtp;

/** How a transaction ended. */
public enum End {
    /** Accepted, durable, answered with 250. */
    COMMITTED,
    /** Refused by a reply to MAIL, DATA or the message. */
    REFUSED,
    /** Taken and dropped on a plugin's word. */
    DISCARDED,
    /** RSET, a second EHLO, QUIT. */
    RESET,
    /** The connection was lost, timed out or was closed by the server. */
    LOST
}

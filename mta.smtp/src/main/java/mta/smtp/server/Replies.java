package mta.smtp.server;

import java.util.List;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;

/** What the server says; codes as in RFC 5321 section 4.2.3, RFC 3463 and the extensions named. */
final class Replies {

    static final Reply OK = Reply.of(250, "2.0.0", "Ok");
    static final Reply BYE = Reply.of(221, "2.0.0", "Bye");
    static final Reply SENDER_OK = Reply.of(250, "2.1.0", "Ok");
    static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5", "Ok");
    static final Reply GO_AHEAD = Reply.of(354, "End data with <CR><LF>.<CR><LF>");
    static final Reply CHUNK_OK = Reply.of(250, "2.0.0", "Chunk received");
    static final Reply START_TLS = Reply.of(220, "2.0.0", "Ready to start TLS");
    static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    static final Reply CANNOT_VERIFY =
            Reply.of(252, "2.1.5", "Cannot verify, but will take mail for it and try to deliver");
    static final Reply HELP = new Reply(
            214,
            EnhancedCode.parse("2.0.0"),
            List.of("EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT", "RFC 5321"));

    static final Reply NOT_IMPLEMENTED = Reply.of(502, "5.5.1", "Command not implemented");
    static final Reply UNKNOWN_COMMAND = Reply.of(500, "5.5.1", "Command not recognized");
    static final Reply BARE_LINE_END = Reply.of(500, "5.5.2", "A CR or LF of its own: lines end with CRLF");
    static final Reply CONTROL_CHARACTER = Reply.of(500, "5.5.2", "Control character in a command");
    static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2", "Line too long");
    static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "No argument expected");
    static final Reply BAD_HELO = Reply.of(501, "5.5.4", "A domain or an address literal expected");
    static final Reply HELO_FIRST = Reply.of(503, "5.5.1", "Send EHLO first");
    static final Reply LHLO_ONLY = Reply.of(500, "5.5.1", "This is LMTP: send LHLO");
    static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "A transaction is open already");
    static final Reply MAIL_FIRST = Reply.of(503, "5.5.1", "Send MAIL first");
    static final Reply RCPT_FIRST = Reply.of(503, "5.5.1", "Send RCPT first");
    static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1", "No valid recipients");
    static final Reply NOT_IN_TRANSACTION = Reply.of(503, "5.5.1", "Not while a transaction is open");
    static final Reply BDAT_BEGUN = Reply.of(503, "5.5.1", "The content comes by BDAT");
    static final Reply BINARY_NEEDS_BDAT = Reply.of(503, "5.5.1", "BINARYMIME goes with BDAT only");
    static final Reply BDAT_SYNTAX = Reply.of(501, "5.5.4", "Syntax: BDAT size [LAST]");
    static final Reply TOO_LARGE = Reply.of(552, "5.3.4", "Message too large");
    static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients");
    static final Reply RELAYING_DENIED = Reply.of(550, "5.7.1", "Relaying denied");

    static final Reply TLS_REQUIRED = Reply.of(530, "5.7.0", "Send STARTTLS first");
    static final Reply TLS_ALREADY = Reply.of(503, "5.5.1", "TLS is in use already");
    static final Reply TLS_UNAVAILABLE = Reply.of(454, "4.7.0", "TLS is not available at the moment");

    static final Reply AUTH_REQUIRED = Reply.of(530, "5.7.0", "Authentication required");
    static final Reply AUTH_ALREADY = Reply.of(503, "5.5.1", "Authenticated already");
    static final Reply AUTH_SYNTAX = Reply.of(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
    static final Reply AUTH_UNKNOWN = Reply.of(504, "5.5.4", "Mechanism not available");
    static final Reply AUTH_NEEDS_TLS = Reply.of(538, "5.7.11", "This mechanism needs TLS");
    static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled");
    static final Reply AUTH_BASE64 = Reply.of(501, "5.5.2", "Not base64");
    static final Reply AUTH_LINE_TOO_LONG = Reply.of(500, "5.5.6", "Line of the exchange too long");
    static final Reply AUTH_FAILED = Reply.of(535, "5.7.8", "Authentication failed");
    static final Reply AUTH_TROUBLE = Reply.of(454, "4.7.0", "Authentication is not possible at the moment");

    static final Reply STOPPING = Reply.of(421, "4.3.2", "Service is stopping, try again later");
    static final Reply TIMED_OUT = Reply.of(421, "4.4.2", "Waited too long, closing");
    static final Reply TOO_SLOW = Reply.of(421, "4.4.2", "Too slow, closing");
    static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors, closing");
    static final Reply TOO_MANY_COMMANDS = Reply.of(421, "4.7.0", "Too many commands, closing");
    static final Reply TOO_MANY_MESSAGES = Reply.of(421, "4.7.0", "Enough messages for one connection, closing");
    static final Reply FLOOD = Reply.of(421, "4.7.0", "Far beyond the limit, closing");
    static final Reply INJECTION = Reply.of(421, "4.7.0", "Input behind STARTTLS was discarded, closing");
    static final Reply EARLY_TALKER = Reply.of(554, "5.5.1", "The server speaks first");
    static final Reply NOT_HTTP = Reply.of(554, "5.5.1", "This is not an HTTP server");
    static final Reply INTERNAL_ERROR = Reply.of(421, "4.3.0", "Internal error, closing");

    private Replies() {}
}

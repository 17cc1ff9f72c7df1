package plugins.pipe;

import mta.plugins.api.Reply;

/**
 * What an exit status means for the recipient, by {@code sysexits.h}. Permanent is only what is about the message or the
 * recipient: a program that crashes, is missing or misconfigured is the operator's mistake, and must not bounce a queue.
 */
final class ExitStatus {

    private ExitStatus() {}

    /** @param said the first line of what the program has said */
    static Reply reply(int status, String said) {
        return switch (status) {
            case 0 -> Reply.of(250, "2.0.0", text("Delivered", said));
            case 65 -> Reply.of(554, "5.6.0", text("data format error", said)); // EX_DATAERR
            case 67 -> Reply.of(550, "5.1.1", text("user unknown", said)); // EX_NOUSER
            case 68 -> Reply.of(550, "5.1.2", text("host name unknown", said)); // EX_NOHOST
            case 69 -> Reply.of(554, "5.3.0", text("service unavailable", said)); // EX_UNAVAILABLE
            case 73 -> Reply.of(451, "4.2.0", text("cannot create user output file", said)); // EX_CANTCREAT
            case 75 -> Reply.of(451, "4.3.0", text("temporary failure", said)); // EX_TEMPFAIL
            case 77 -> Reply.of(550, "5.7.0", text("permission denied", said)); // EX_NOPERM
            case 78 -> Reply.of(451, "4.3.5", text("local configuration error", said)); // EX_CONFIG
            default -> Reply.of(451, "4.3.0", text("exit status " + status, said));
        };
    }

    private static String text(String meaning, String said) {
        return said.isEmpty() ? meaning : meaning + ": " + said;
    }
}

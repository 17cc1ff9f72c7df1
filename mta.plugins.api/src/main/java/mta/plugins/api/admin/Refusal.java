package mta.plugins.api.admin;

/**
 * A command's answer when it did not do what was asked, and says why in words an operator can act on.
 *
 * @param status the exit status of {@code ./mta}: {@link #FAILED} or {@link #USAGE}
 */
public record Refusal(String reason, int status) {

    /** The request was understood and could not be met: no such message, no such queue. */
    public static final int FAILED = 1;

    /** The request was not understood: an unknown sub-verb or option, an argument missing. */
    public static final int USAGE = 64;

    public static Refusal of(String reason) {
        return new Refusal(reason, FAILED);
    }

    public static Refusal usage(String reason) {
        return new Refusal(reason, USAGE);
    }
}

package plugins.httpdelivery;

import java.util.Set;
import mta.plugins.api.Reply;

/**
 * What an answer means for the recipients.
 *
 * @param permanent statuses that fail for good; whatever else is not 2xx is tried again: a wrong password or path is more
 *     often the operator's mistake than the recipient's, and must not bounce a queue
 */
record Answers(Set<Integer> permanent) {

    private static final int QUOTED = 200;

    /** @param said what the far side says itself, in its field {@code Mta-Reply}: believed if it is a reply */
    Reply reply(int status, String said, String text) {
        if (!said.isBlank()) {
            try {
                Reply reply = Reply.parse(clean(said));
                if (reply.code() / 100 != 3) {
                    return reply;
                }
            } catch (IllegalArgumentException e) {
                // then the status speaks
            }
        }
        String quoted = "HTTP " + status + (text.isBlank() ? "" : ": " + quote(text));
        if (status / 100 == 2) {
            return Reply.of(250, "2.0.0", "HTTP " + status);
        }
        if (permanent.contains(status)) {
            return Reply.of(554, status == 413 ? "5.3.4" : "5.3.0", quoted);
        }
        return status == 401 || status == 403 ? Reply.of(451, "4.7.0", quoted) : Reply.of(451, "4.3.0", quoted);
    }

    private static String quote(String text) {
        String plain = clean(text).strip().replaceAll("\\s+", " ");
        return plain.length() <= QUOTED ? plain : plain.substring(0, QUOTED);
    }

    private static String clean(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Co}\\p{Cs}]", " ");
    }
}

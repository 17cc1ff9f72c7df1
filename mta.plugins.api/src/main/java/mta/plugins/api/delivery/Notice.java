package mta.plugins.api.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;

/**
 * What a sender has to be told.
 *
 * @param kind FAILURE, DELAY or SUCCESS
 * @param message what it is about, as it was sent
 * @param recipients whom it is about, and why; never empty
 */
public record Notice(Notify kind, Message message, List<Report> recipients) {

    public Notice {
        recipients = List.copyOf(recipients);
    }

    /**
     * @param fate how it ended; a delay is told with {@link Fate.Expired} of the last reply, not final
     * @param peer who said so, {@code mx1.example.com}, if anybody
     * @param lastAttempt when
     * @param retryUntil for a delay: until when it will be tried
     */
    public record Report(
            Recipient recipient,
            Fate fate,
            Optional<String> peer,
            Optional<Instant> lastAttempt,
            Optional<Instant> retryUntil) {}
}

package mta.queue.entry;

import java.time.Instant;
import java.util.Optional;
import mta.core.intake.StoredMessage;

/**
 * How far the delivery of an entry came.
 *
 * @param attempts that were charged
 * @param due not to be tried before
 * @param lastAttempt when it was last tried
 * @param peer who answered then, or the empty string
 * @param delayTold whether the sender has been told of the delay
 * @param hold why it waits for its release, if it does
 * @param priority 0 (first) to 9 (last)
 */
public record Progress(
        int attempts,
        Instant due,
        Optional<Instant> lastAttempt,
        String peer,
        boolean delayTold,
        Optional<String> hold,
        int priority) {

    static Progress start(StoredMessage message) {
        StoredMessage.Placed placed = message.placed();
        Instant due = placed.notBefore().filter(message.arrival()::isBefore).orElse(message.arrival());
        return new Progress(0, due, Optional.empty(), "", false, message.hold(), priority(message));
    }

    /**
     * The placed priority; where nobody placed it the sender's MT-PRIORITY, whose 9 is first and -9 last (RFC 6710
     * section 3), on our scale, whose 0 is first and 9 last.
     */
    private static int priority(StoredMessage message) {
        int placed = message.placed().priority();
        if (placed != StoredMessage.Placed.DEFAULT.priority()
                || message.envelope().sender().priority().isEmpty()) {
            return Math.clamp(placed, 0, 9);
        }
        int wish = message.envelope().sender().priority().getAsInt();
        return Math.clamp(5 - Math.round(wish * (wish > 0 ? 5f : 4f) / 9f), 0, 9);
    }

    public Progress tried(Instant when, String whom) {
        return new Progress(attempts + 1, due, Optional.of(when), whom, delayTold, hold, priority);
    }

    public Progress due(Instant when) {
        return new Progress(attempts, when, lastAttempt, peer, delayTold, hold, priority);
    }

    public Progress told() {
        return new Progress(attempts, due, lastAttempt, peer, true, hold, priority);
    }

    public Progress held(Optional<String> reason) {
        return new Progress(attempts, due, lastAttempt, peer, delayTold, reason, priority);
    }

    public Progress priority(int other) {
        return new Progress(attempts, due, lastAttempt, peer, delayTold, hold, other);
    }
}

package mta.queue.entry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mta.core.intake.StoredMessage;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;

/**
 * One message for one destination: the part that never changes, the recipients that are still in the queue, and how far
 * delivery came. Immutable.
 *
 * @param message as it was stored, with the recipients of this destination only
 * @param number which entry of the message this is
 * @param destination the recipients' domain, or a route
 * @param mailboxes the recipients still in the queue; never empty in an entry that is stored
 * @param progress how far delivery came
 * @param unknown fields that a newer version wrote; kept as they are
 */
public record Entry(
        StoredMessage message,
        int number,
        String destination,
        List<Mailbox> mailboxes,
        Progress progress,
        byte[] unknown) {

    private static final byte[] NOTHING = {};

    public Entry {
        Objects.requireNonNull(destination);
        mailboxes = List.copyOf(mailboxes);
    }

    /** The entries of a new message: one for each destination, in the order in which the destinations come. */
    public static List<Entry> of(StoredMessage message) {
        List<Recipient> recipients = message.envelope().recipients();
        Optional<String> route = message.placed().route();
        Progress start = Progress.start(message);
        if (recipients.size() == 1 || route.isPresent()) {
            String destination =
                    route.orElseGet(() -> recipients.getFirst().address().domain());
            return List.of(new Entry(message, 0, destination, Mailbox.waiting(recipients), start, NOTHING));
        }
        Map<String, List<Recipient>> groups = new java.util.LinkedHashMap<>();
        for (Recipient recipient : recipients) {
            groups.computeIfAbsent(recipient.address().domain(), _ -> new ArrayList<>())
                    .add(recipient);
        }
        List<Entry> entries = new ArrayList<>(groups.size());
        groups.forEach((destination, group) -> entries.add(new Entry(
                withRecipients(message, group), entries.size(), destination, Mailbox.waiting(group), start, NOTHING)));
        return entries;
    }

    private static StoredMessage withRecipients(StoredMessage message, List<Recipient> recipients) {
        Envelope part = message.envelope().withRecipients(recipients);
        return new StoredMessage(
                message.id(),
                message.arrival(),
                message.origin(),
                part,
                message.placed(),
                message.bytes(),
                message.hold(),
                message.notes());
    }

    public Entry with(List<Mailbox> others) {
        return new Entry(message, number, destination, others, progress, unknown);
    }

    public Entry with(Progress other) {
        return new Entry(message, number, destination, mailboxes, other, unknown);
    }

    public Entry to(String other) {
        return new Entry(message, number, other, mailboxes, progress, unknown);
    }

    /** The recipients that are to be tried. */
    public List<Recipient> waiting() {
        List<Recipient> list = new ArrayList<>(mailboxes.size());
        for (Mailbox mailbox : mailboxes) {
            if (mailbox.owed().isEmpty()) {
                list.add(mailbox.recipient());
            }
        }
        return list;
    }

    /** Whether somebody's fate is sealed and the sender has still to be told. */
    public boolean owes() {
        for (Mailbox mailbox : mailboxes) {
            if (mailbox.owed().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether nobody is left to be tried. */
    public boolean settled() {
        for (Mailbox mailbox : mailboxes) {
            if (mailbox.owed().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    public Instant arrival() {
        return message.arrival();
    }
}

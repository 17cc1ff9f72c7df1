package mta.smtp.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.Notes;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;

/**
 * A mail transaction from MAIL to its end. Until the content begins the envelope and the notes are kept here; then they
 * are handed over to the draft, which {@link mta.plugins.api.mail.Message} edits too. Used by the thread of the
 * session.
 */
final class MailTransaction {

    final Intake.Draft draft;
    final Pin pin;
    final long beganNanos = System.nanoTime();
    private final NoteBook notes = new NoteBook();

    /**
     * The mailbox of each RCPT that was answered with 250, in order: LMTP owes one reply for each (RFC 2033 section
     * 4.2).
     */
    final List<Address> accepted = new ArrayList<>();

    /** Whether there was a RCPT with an address. */
    boolean asked;

    Sender sender;
    private final List<Recipient> recipients = new ArrayList<>();
    private final Set<Address> known = new HashSet<>();
    private final List<Header> headers = new ArrayList<>();
    private boolean handedOver;
    private boolean traced;

    Optional<List<Recipient>> replacement = Optional.empty();
    Optional<Said> pending = Optional.empty();

    /** Instead of a refusal for good. */
    Optional<Reply> deferral = Optional.empty();

    /** Recipients that were refused after they had been accepted. */
    final Map<Address, Said> refusedLater = new LinkedHashMap<>();

    Optional<String> hold = Optional.empty();
    Optional<String> discard = Optional.empty();
    Optional<Instant> notBefore = Optional.empty();

    /** A refusal that waits for its moment, and the binding that it is from. */
    record Said(Reply reply, String binding) {}

    MailTransaction(Intake.Draft draft, Pin pin, Sender sender) {
        this.draft = draft;
        this.pin = pin;
        this.sender = sender;
    }

    Sender sender() {
        return handedOver ? draft.envelope().sender() : sender;
    }

    List<Recipient> recipients() {
        return handedOver ? draft.envelope().recipients() : recipients;
    }

    /** From here on the draft has the envelope and the notes. */
    void handOver() {
        if (!notes.isEmpty()) {
            draft.notes(notes.all());
        }
        draft.sender(sender);
        draft.recipients(List.copyOf(recipients));
        handedOver = true;
    }

    void replaceSender(Sender other) {
        sender = other;
        if (handedOver) {
            draft.sender(other);
        }
    }

    /** The same mailbox twice gets one copy. */
    void add(Recipient recipient) {
        if (handedOver) {
            List<Recipient> now = draft.envelope().recipients();
            if (now.stream().noneMatch(one -> one.address().equals(recipient.address()))) {
                var more = new ArrayList<>(now);
                more.add(recipient);
                draft.recipients(more);
            }
        } else if (known.add(recipient.address())) {
            recipients.add(recipient);
        }
    }

    void remove(Recipient recipient) {
        remove(recipient.address());
    }

    void remove(Address recipient) {
        if (handedOver) {
            var fewer = new ArrayList<>(draft.envelope().recipients());
            fewer.removeIf(one -> one.address().equals(recipient));
            draft.recipients(fewer);
        } else {
            known.remove(recipient);
            recipients.removeIf(one -> one.address().equals(recipient));
        }
    }

    void prepend(Header header) {
        if (traced) {
            draft.prepend(octets(header));
        } else {
            headers.addFirst(header);
        }
    }

    /** Puts the trace fields on top of the content, and above them what plugins have asked for. */
    void trace(String received, String missing) {
        traced = true;
        var fields = new StringBuilder();
        for (Header header : headers) {
            fields.append(header.name()).append(':').append(header.raw()).append("\r\n");
        }
        fields.append(received).append(missing);
        draft.prepend(fields.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    boolean traced() {
        return traced;
    }

    private static byte[] octets(Header header) {
        return (header.name() + ":" + header.raw() + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As the plugin of this call sees it. */
    Transaction view(Client client, Call call) {
        return new View(this, client, call);
    }

    private record View(MailTransaction mail, Client client, Call call) implements Transaction {

        @Override
        public String id() {
            return mail.draft.id();
        }

        @Override
        public Session session() {
            return client.view(call);
        }

        @Override
        public Sender sender() {
            return mail.sender();
        }

        @Override
        public List<Recipient> recipients() {
            return List.copyOf(mail.recipients());
        }

        @Override
        public Notes notes() {
            return mail.handedOver ? mail.draft.message(call).notes() : mail.notes.view(call);
        }

        @Override
        public void replaceSender(Sender sender) {
            call.edit(() -> mail.replaceSender(sender));
        }

        @Override
        public void addRecipient(Recipient recipient) {
            call.edit(() -> mail.add(recipient));
        }

        @Override
        public void removeRecipient(Recipient recipient) {
            call.edit(() -> mail.remove(recipient));
        }

        @Override
        public void replaceRecipient(Recipient recipient, List<Recipient> others) {
            List<Recipient> copy = List.copyOf(others);
            call.edit(() -> mail.replacement = Optional.of(copy));
        }

        @Override
        public void prependHeader(Header header) {
            call.edit(() -> mail.prepend(header));
        }

        @Override
        public void pend(Reply refusal) {
            requireRefusal(refusal);
            var said = new Said(refusal, call.binding());
            call.edit(() -> mail.pending = Optional.of(said));
        }

        @Override
        public void deferIfRefused(Reply deferral) {
            if (!deferral.isTransient()) {
                throw new IllegalArgumentException("a deferral needs a 4xx reply, not: " + deferral);
            }
            call.edit(() -> mail.deferral = Optional.of(deferral));
        }

        @Override
        public void refuseRecipient(Recipient recipient, Reply refusal) {
            requireRefusal(refusal);
            var said = new Said(refusal, call.binding());
            call.edit(() -> mail.refusedLater.putIfAbsent(recipient.address(), said));
        }

        private static void requireRefusal(Reply refusal) {
            if (refusal.isPositive()) {
                throw new IllegalArgumentException("a refusal needs a 4xx or 5xx reply, not: " + refusal);
            }
        }
    }
}

package mta.smtp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.TlsFor.Mode;

/**
 * What is decided before the first command of a message: whether this connection is safe enough for it, and whether the
 * server can take it as it is. Used by the thread of the connection.
 */
final class Preparation {

    /**
     * @param letter empty if there is nothing to send
     * @param recipients of the letter
     * @param settled those that will not be sent to
     */
    record Prepared(Optional<Letter> letter, List<Recipient> recipients, List<Outcome> settled) {}

    private final SmtpConnection connection;
    private final Mode secured;

    /** What the destinations that were seen on this channel demand. */
    private final Map<String, Mode> demands = new HashMap<>();

    Preparation(SmtpConnection connection) {
        this.connection = connection;
        this.secured = connection
                .talk()
                .tls()
                .map(info -> info.verified() ? Mode.VERIFIED : Mode.REQUIRED)
                .orElse(Mode.NONE);
    }

    Prepared prepare(Attempt attempt) {
        Optional<Reply> unsafe = unsafe(attempt);
        if (unsafe.isPresent()) {
            return nothing(attempt, unsafe.get());
        }
        Message message = attempt.message();
        try {
            return fitting(attempt, message.envelope().sender(), message.content());
        } catch (IOException | RuntimeException e) {
            return nothing(attempt, Reply.of(451, "4.3.0", "the message could not be read: " + Explanation.cause(e)));
        }
    }

    private static Prepared nothing(Attempt attempt, Reply reply) {
        List<Outcome> outcomes = attempt.recipients().stream()
                .map(recipient -> Outcome.of(recipient, reply))
                .toList();
        return new Prepared(Optional.empty(), List.of(), outcomes);
    }

    /** Why the message must not go over this connection. */
    private Optional<Reply> unsafe(Attempt attempt) {
        Mode demanded = demands.computeIfAbsent(attempt.destination(), this::demand);
        if (demanded == null) {
            return Optional.of(
                    Reply.of(451, "4.7.5", "whether " + attempt.destination() + " needs TLS could not be told"));
        }
        if (demanded.compareTo(Mode.OPPORTUNISTIC) > 0 && secured.compareTo(demanded) < 0) {
            return Optional.of(Reply.of(
                    451,
                    "4.7.5",
                    attempt.destination() + " wants " + (demanded == Mode.VERIFIED ? "verified TLS" : "TLS")
                            + ", which " + connection.peer() + " does not give"));
        }
        boolean requireTls = attempt.message().envelope().sender().requireTls();
        if (requireTls && (secured != Mode.VERIFIED || !connection.offer().has("REQUIRETLS"))) {
            // RFC 8689 section 4.2.1.
            return Optional.of(Reply.of(550, "5.7.30", connection.peer() + " does not support REQUIRETLS"));
        }
        return Optional.empty();
    }

    /** Null, which is not kept, if it could not be told. */
    private Mode demand(String destination) {
        try {
            return connection
                    .connector()
                    .policies
                    .find(new TlsFor(destination, connection.host()))
                    .orElse(Mode.NONE);
        } catch (Unresolved e) {
            return null;
        }
    }

    /** Whether the server can take it, with which parameters, and for whom. */
    private Prepared fitting(Attempt attempt, Sender sender, Content content) throws IOException {
        Offer offer = connection.offer();
        long limit = offer.sizeLimit().orElse(Long.MAX_VALUE);
        if (content.size() > limit) {
            return nothing(
                    attempt,
                    Reply.of(
                            552,
                            "5.3.4",
                            "the message has " + content.size() + " octets, " + connection.peer() + " takes " + limit));
        }
        if (!Letter.isContained(sender.address())) {
            return nothing(attempt, Reply.of(553, "5.1.7", "the reverse-path cannot be said in SMTP"));
        }
        boolean utf8Offered = offer.has("SMTPUTF8");
        ContentFacts facts = null;
        if (sender.body() == BodyType.BINARY_MIME && !(offer.has("BINARYMIME") && offer.has("CHUNKING"))
                || sender.body() == BodyType.EIGHT_BIT_MIME && !offer.has("8BITMIME")
                || sender.smtpUtf8() && !utf8Offered) {
            facts = ContentFacts.of(content);
        }
        BodyType body = sender.body();
        if (facts != null && body != BodyType.SEVEN_BIT && !declarable(body, offer)) {
            body = facts.eightBit() ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT;
            if (!facts.text() || !declarable(body, offer)) {
                return nothing(
                        attempt,
                        Reply.of(
                                554,
                                "5.6.3",
                                connection.peer() + " does not take "
                                        + sender.body().word() + " content"));
            }
        }
        if (!utf8Offered
                && (Letter.needsUtf8(sender.address())
                        || facts != null && sender.smtpUtf8() && facts.eightBitHeader())) {
            return nothing(attempt, Reply.of(550, "5.6.7", connection.peer() + " does not support SMTPUTF8"));
        }
        var settled = new ArrayList<Outcome>();
        var recipients = new ArrayList<Recipient>(attempt.recipients().size());
        boolean utf8 = sender.smtpUtf8() || Letter.needsUtf8(sender.address());
        for (Recipient recipient : attempt.recipients()) {
            boolean needed = Letter.needsUtf8(recipient.address());
            if (!Letter.isContained(recipient.address())) {
                settled.add(Outcome.of(recipient, Reply.of(553, "5.1.3", "the address cannot be said in SMTP")));
            } else if (needed && !utf8Offered) {
                settled.add(Outcome.of(
                        recipient,
                        Reply.of(
                                550,
                                "5.6.7",
                                connection.peer() + " does not support SMTPUTF8, which the address needs")));
            } else {
                utf8 |= needed;
                recipients.add(recipient);
            }
        }
        if (recipients.isEmpty()) {
            return new Prepared(Optional.empty(), List.of(), settled);
        }
        boolean chunks = offer.has("CHUNKING") && (connection.settings().chunking() || body == BodyType.BINARY_MIME);
        var letter = new Letter(sender, content, offer, body, utf8 && utf8Offered, chunks, connection.authenticated());
        return new Prepared(Optional.of(letter), recipients, settled);
    }

    private static boolean declarable(BodyType body, Offer offer) {
        return switch (body) {
            case SEVEN_BIT -> true;
            case EIGHT_BIT_MIME -> offer.has("8BITMIME");
            case BINARY_MIME -> offer.has("BINARYMIME") && offer.has("CHUNKING");
        };
    }
}

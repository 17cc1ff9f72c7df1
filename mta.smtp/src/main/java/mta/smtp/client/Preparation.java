package mta.smtp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.TlsFor.Mode;

/**
 * What is decided before the first command of a message: whether this connection is safe enough for it, what plugins
 * change in this attempt, and whether the server can take it as it is. Used by the thread of the channel.
 */
final class Preparation {

    /**
     * @param letter empty if there is nothing to send
     * @param recipients of the letter
     * @param settled those that will not be sent to
     */
    record Prepared(Optional<Letter> letter, List<Recipient> recipients, List<Outcome> settled) {}

    private final SmtpChannel channel;
    private final Mode secured;

    /** What the destinations that were seen on this channel demand. */
    private final Map<String, Mode> demands = new HashMap<>();

    Preparation(SmtpChannel channel) {
        this.channel = channel;
        this.secured = channel.talk().tls()
                .map(info -> info.verified() ? Mode.VERIFIED : Mode.REQUIRED)
                .orElse(Mode.NONE);
    }

    Prepared prepare(Attempt attempt) {
        Optional<Reply> unsafe = unsafe(attempt);
        if (unsafe.isPresent()) {
            return nothing(attempt, unsafe.get());
        }
        Message original = attempt.message();
        Sender sender = original.envelope().sender();
        Content content = original.content();
        Stages stages = channel.connector().stages;
        Selector selector = Stages.selector(attempt);
        boolean envelopeBound = stages.envelope().bound(attempt.pin(), selector);
        boolean contentBound = stages.content().bound(attempt.pin(), selector);
        if (envelopeBound || contentBound) {
            var copy = new AttemptMessage(original, attempt.recipients());
            Optional<Reply> refused = Optional.empty();
            if (envelopeBound) {
                refused = ask(stages.envelope(), attempt, selector, (plugin, call) ->
                        plugin.envelope(attempt, copy.during(call)));
            }
            if (refused.isEmpty() && contentBound) {
                refused = ask(stages.content(), attempt, selector, (plugin, call) ->
                        plugin.content(attempt, copy.during(call)));
            }
            if (refused.isPresent()) {
                return nothing(attempt, refused.get());
            }
            sender = copy.sender();
            content = copy.content();
        }
        try {
            return fitting(attempt, sender, content);
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
            return Optional.of(Reply.of(
                    451, "4.7.5", "whether " + attempt.destination() + " needs TLS could not be told"));
        }
        if (demanded.compareTo(Mode.OPPORTUNISTIC) > 0 && secured.compareTo(demanded) < 0) {
            return Optional.of(Reply.of(
                    451,
                    "4.7.5",
                    attempt.destination() + " wants " + (demanded == Mode.VERIFIED ? "verified TLS" : "TLS")
                            + ", which " + channel.peer() + " does not give"));
        }
        boolean requireTls = attempt.message().envelope().sender().requireTls();
        if (requireTls && (secured != Mode.VERIFIED || !channel.offer().has("REQUIRETLS"))) {
            // RFC 8689 section 4.2.1.
            return Optional.of(Reply.of(550, "5.7.30", channel.peer() + " does not support REQUIRETLS"));
        }
        return Optional.empty();
    }

    /** Null, which is not kept, if it could not be told. */
    private Mode demand(String destination) {
        try {
            return channel.connector().policies.find(new TlsFor(destination, channel.host())).orElse(Mode.NONE);
        } catch (Unresolved e) {
            return null;
        }
    }

    /** Runs a stage; a reply ends the attempt. */
    private static Optional<Reply> ask(
            Stage<Delivery> stage, Attempt attempt, Selector selector, Stage.Work<Delivery, Verdict> work) {
        Decision decision = stage.decide(attempt.pin(), selector, work);
        return switch (decision.verdict()) {
            case Verdict.Next _, Verdict.Accept _ -> Optional.empty();
            case Verdict.Refuse(Reply reply, boolean _) -> Optional.of(reply);
            // An outcome has no place for a time: the schedule of the queue holds.
            case Verdict.Later(var _, Reply reply) ->
                Optional.of(reply.isPositive() ? Reply.of(451, "4.7.0", reply.text()) : reply);
            case Verdict.Hold(String reason) ->
                Optional.of(Reply.of(451, "4.7.0", "held by " + decision.binding() + ": " + reason));
            case Verdict.Discard(String reason) ->
                Optional.of(Reply.of(250, "2.0.0", "discarded by " + decision.binding() + ": " + reason));
        };
    }

    /** Whether the server can take it, with which parameters, and for whom. */
    private Prepared fitting(Attempt attempt, Sender sender, Content content) throws IOException {
        Offer offer = channel.offer();
        long limit = offer.sizeLimit().orElse(Long.MAX_VALUE);
        if (content.size() > limit) {
            return nothing(attempt, Reply.of(
                    552,
                    "5.3.4",
                    "the message has " + content.size() + " octets, " + channel.peer() + " takes " + limit));
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
                return nothing(attempt, Reply.of(
                        554, "5.6.3", channel.peer() + " does not take " + sender.body().word() + " content"));
            }
        }
        if (!utf8Offered && (Letter.needsUtf8(sender.address()) || facts != null && sender.smtpUtf8() && facts.eightBitHeader())) {
            return nothing(attempt, Reply.of(550, "5.6.7", channel.peer() + " does not support SMTPUTF8"));
        }
        var settled = new ArrayList<Outcome>();
        var recipients = new ArrayList<Recipient>(attempt.recipients().size());
        boolean utf8 = sender.smtpUtf8() || Letter.needsUtf8(sender.address());
        for (Recipient recipient : attempt.recipients()) {
            boolean needed = Letter.needsUtf8(recipient.address());
            if (!Letter.isContained(recipient.address())) {
                settled.add(Outcome.of(recipient, Reply.of(553, "5.1.3", "the address cannot be said in SMTP")));
            } else if (needed && !utf8Offered) {
                settled.add(Outcome.of(recipient, Reply.of(
                        550, "5.6.7", channel.peer() + " does not support SMTPUTF8, which the address needs")));
            } else {
                utf8 |= needed;
                recipients.add(recipient);
            }
        }
        if (recipients.isEmpty()) {
            return new Prepared(Optional.empty(), List.of(), settled);
        }
        boolean chunks = offer.has("CHUNKING") && (channel.settings().chunking() || body == BodyType.BINARY_MIME);
        var letter = new Letter(
                sender, content, offer, body, utf8 && utf8Offered, chunks, channel.authenticated());
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

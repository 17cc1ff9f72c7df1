package plugins.milter;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import plugins.milter.Packets.Payload;

/**
 * One SMTP session as its filter has been told of it. Whatever the filter has missed is told first: stages that are not
 * bound, and everything again when its connection broke and a new one takes over. So a filter may be bound to the stage
 * {@code message} alone, may restart between two messages, and may come to sessions that are long open.
 *
 * <p>Used by the thread of the session; closed by any.
 */
final class Visit implements AutoCloseable {

    private final MilterSettings settings;
    private final Dialler dialler;
    private volatile Optional<Filter> filter = Optional.empty();
    private volatile long usedNanos = System.nanoTime();

    // Of the session
    private boolean connected;
    private String greeted = "";
    private boolean left;
    private Optional<Verdict> refused = Optional.empty();

    // Of the message
    private String id = "";
    private boolean open;
    private boolean decided;
    private boolean dataTold;
    private final List<Recipient> accepted = new ArrayList<>();
    private int recipientsTold;
    private Optional<Recipient> lastRefused = Optional.empty();
    private final Set<Character> skipped = new HashSet<>();

    Visit(MilterSettings settings, Dialler dialler) {
        this.settings = settings;
        this.dialler = dialler;
    }

    /** What the filter is told of, in order; a verdict ends it. */
    private interface Steps {
        Optional<Verdict> run() throws IOException;
    }

    private Verdict telling(Steps steps) throws IOException {
        usedNanos = System.nanoTime();
        try {
            return steps.run().orElse(Verdict.NEXT);
        } catch (IOException | RuntimeException e) {
            lose();
            throw e;
        }
    }

    /** The next command begins with a new connection. */
    private void lose() {
        filter.ifPresent(Filter::close);
        filter = Optional.empty();
        connected = false;
        greeted = "";
        forgetTold();
    }

    private void forgetTold() {
        open = false;
        dataTold = false;
        recipientsTold = 0;
    }

    // ---- the session

    /** Connect and HELO, as far as the client has come. */
    Verdict session(Party party) throws IOException {
        return telling(() -> catchUp(party));
    }

    private Optional<Verdict> catchUp(Party party) throws IOException {
        if (left || refused.isPresent()) {
            return refused;
        }
        if (filter.isEmpty()) {
            filter = Optional.of(Filter.open(settings, dialler));
        }
        var macros = Macros.of(settings.hostname(), party);
        if (!connected) {
            connected = true;
            ofSession(filter().tell(Codes.CONNECT, connection(party), macros));
        }
        String greeting = party.helo().orElse("")
                + party.tls().map(tls -> " " + tls.protocol()).orElse("");
        if (!left && refused.isEmpty() && party.helo().isPresent() && !greeting.equals(greeted)) {
            greeted = greeting;
            ofSession(filter().tell(Codes.HELO, new Payload().text(party.helo().get()), macros));
        }
        return refused;
    }

    private Filter filter() {
        return filter.orElseThrow();
    }

    private static Payload connection(Party party) {
        var payload = new Payload().text(party.nameOrAddress()).octet(party.family());
        return party.family() == 'U'
                ? payload
                : payload.port(party.remote().getPort()).text(party.address());
    }

    /** What is said of the session holds for all of it. */
    private void ofSession(Answer answer) {
        switch (answer) {
            case Answer.Continue _, Answer.Skip _, Answer.Discard _ -> {}
            case Answer.Accept _ -> {
                left = true;
                filter().quit();
                filter = Optional.empty();
            }
            case Answer.Refuse refuse -> refused = Optional.of(new Verdict.Refuse(refuse.reply(), refuse.close()));
        }
    }

    // ---- the message

    Verdict mail(Party party, String message, Sender sender) throws IOException {
        return telling(() -> catchUp(party, message, sender));
    }

    private Optional<Verdict> catchUp(Party party, String message, Sender sender) throws IOException {
        if (!id.equals(message)) {
            abort();
            begin(message);
        }
        Optional<Verdict> verdict = catchUp(party);
        if (verdict.isPresent() || isOver()) {
            return verdict;
        }
        if (!open) {
            open = true;
            var payload = new Payload().text(Mail.path(sender.address()));
            Mail.parameters(sender).forEach(payload::text);
            verdict = tell(Codes.MAIL, payload, macros(party, message, sender));
        }
        while (verdict.isEmpty() && !decided && recipientsTold < accepted.size()) {
            verdict = tellRecipient(party, message, sender, accepted.get(recipientsTold++));
        }
        return verdict;
    }

    private void begin(String message) {
        id = message;
        decided = false;
        accepted.clear();
        skipped.clear();
        lastRefused = Optional.empty();
        forgetTold();
    }

    /** Nothing more is to be told. */
    private boolean isOver() {
        return left || decided;
    }

    private Macros macros(Party party, String message, Sender sender) {
        return Macros.of(settings.hostname(), party).mail(message, sender);
    }

    private Optional<Verdict> tellRecipient(Party party, String message, Sender sender, Recipient recipient)
            throws IOException {
        return tell(Codes.RCPT, path(recipient), macros(party, message, sender).rcpt(recipient));
    }

    private static Payload path(Recipient recipient) {
        var payload = new Payload().text(Mail.path(recipient.address()));
        Mail.parameters(recipient).forEach(payload::text);
        return payload;
    }

    private Optional<Verdict> tell(char command, Payload payload, Macros macros) throws IOException {
        return skipped.contains(command)
                ? Optional.empty()
                : ofMessage(command, filter().tell(command, payload, macros));
    }

    private Optional<Verdict> ofMessage(char command, Answer answer) {
        switch (answer) {
            case Answer.Continue _ -> {}
            case Answer.Skip _ -> skipped.add(command);
            // Never an Accept of ours: at RCPT that would open the relay.
            case Answer.Accept _ -> decided = true;
            case Answer.Discard _ -> {
                decided = true;
                return Optional.of(Verdict.discard(settings.name()));
            }
            case Answer.Refuse refuse -> {
                decided |= command != Codes.RCPT;
                return Optional.of(new Verdict.Refuse(refuse.reply(), refuse.close()));
            }
        }
        return Optional.empty();
    }

    Verdict rcpt(Party party, String message, Sender sender, Recipient recipient) throws IOException {
        return telling(() -> {
            Optional<Verdict> verdict = catchUp(party, message, sender);
            if (verdict.isEmpty() && !isOver()) {
                verdict = tellRecipient(party, message, sender, recipient);
                if (verdict.isPresent() && verdict.get() instanceof Verdict.Refuse) {
                    lastRefused = Optional.of(recipient);
                } else {
                    accepted.add(recipient);
                    recipientsTold++;
                }
            }
            return verdict;
        });
    }

    /** Somebody else has refused it; some filters count such recipients. */
    void refused(Party party, String message, Sender sender, Recipient recipient, Reply reply) throws IOException {
        boolean own = lastRefused.isPresent() && lastRefused.get().equals(recipient);
        if (own || !id.equals(message) || !open || isOver() || filter.isEmpty()) {
            return;
        }
        // It may have been told of it and have taken it, before the one behind it refused.
        if (accepted.remove(recipient)) {
            recipientsTold--;
            return;
        }
        if (filter().negotiated().wantsRefusedRecipients()) {
            telling(() -> {
                filter().inform(
                                Codes.RCPT,
                                path(recipient),
                                macros(party, message, sender).refused(reply));
                return Optional.empty();
            });
        }
    }

    /** Takes recipients that the filter refuses when they have been accepted already. */
    interface Late {
        void refuse(Recipient recipient, Reply reply);
    }

    Verdict data(Party party, String message, Sender sender, List<Recipient> recipients, Late late) throws IOException {
        return telling(() -> catchUp(party, message, sender, recipients, Optional.of(late)));
    }

    private Optional<Verdict> catchUp(
            Party party, String message, Sender sender, List<Recipient> recipients, Optional<Late> late)
            throws IOException {
        Optional<Verdict> verdict = catchUp(party, message, sender);
        if (verdict.isEmpty() && !isOver() && accepted.isEmpty()) {
            verdict = tellLate(party, message, sender, recipients, late);
        }
        if (verdict.isEmpty() && !isOver() && !dataTold) {
            dataTold = true;
            verdict = tell(Codes.DATA, new Payload(), macros(party, message, sender));
        }
        return verdict;
    }

    /**
     * Not bound at RCPT: recipients are told as they are now. For the filter those that it refuses are not recipients, as if
     * it had refused them in time. All of them, or one where nobody takes it, is a refusal of the message.
     */
    private Optional<Verdict> tellLate(
            Party party, String message, Sender sender, List<Recipient> recipients, Optional<Late> late)
            throws IOException {
        var refused = new LinkedHashMap<Recipient, Verdict.Refuse>();
        var taken = new ArrayList<Recipient>();
        for (Recipient recipient : recipients) {
            Optional<Verdict> verdict = tellRecipient(party, message, sender, recipient);
            if (verdict.isPresent() && verdict.get() instanceof Verdict.Refuse refuse && !refuse.close()) {
                refused.put(recipient, refuse);
            } else if (verdict.isPresent() || isOver()) {
                return verdict;
            } else {
                taken.add(recipient);
            }
        }
        accepted.addAll(taken);
        recipientsTold = accepted.size();
        if (!refused.isEmpty() && (taken.isEmpty() || late.isEmpty())) {
            decided = true;
            return Optional.of(worst(refused.values()));
        }
        late.ifPresent(taker -> refused.forEach((recipient, refuse) -> taker.refuse(recipient, refuse.reply())));
        return Optional.empty();
    }

    /** One that can be tried again before what is final, so that nobody's mail is lost. */
    private static Verdict worst(Collection<Verdict.Refuse> refusals) {
        return refusals.stream()
                .filter(refuse -> refuse.reply().isTransient())
                .findFirst()
                .orElseGet(() -> refusals.iterator().next());
    }

    /**
     * All of it.
     *
     * @param late empty: there is no such thing
     */
    Verdict content(Party party, Sender sender, List<Recipient> recipients, Message message, Optional<Late> late)
            throws IOException {
        return telling(() -> {
            Optional<Verdict> verdict = catchUp(party, message.id(), sender, recipients, late);
            if (verdict.isPresent() || isOver()) {
                return verdict;
            }
            var trace = OwnTrace.of(message);
            var macros = macros(party, message.id(), sender)
                    .messageId(message.headers().first("Message-ID").orElse(""));
            verdict = headers(message, trace, macros);
            if (verdict.isEmpty() && !isOver()) {
                verdict = body(message);
            }
            return verdict.isPresent() || isOver() ? verdict : end(message, trace, macros);
        });
    }

    private Optional<Verdict> headers(Message message, OwnTrace trace, Macros macros) throws IOException {
        List<Header> fields = message.headers().all();
        boolean keepSpace = filter().negotiated().leadingSpace();
        for (int i = 0; i < fields.size(); i++) {
            if (i == trace.at()) {
                continue;
            }
            Header field = fields.get(i);
            String value = field.raw().replace("\r\n", "\n");
            if (!keepSpace && value.startsWith(" ")) {
                value = value.substring(1);
            }
            var payload = new Payload().octets(field.name()).octets(value);
            Optional<Verdict> verdict = tell(Codes.HEADER, payload, macros);
            if (verdict.isPresent() || isOver()) {
                return verdict;
            }
        }
        return tell(Codes.EOH, new Payload(), macros);
    }

    private Optional<Verdict> body(Message message) throws IOException {
        try (InputStream body = message.body().open()) {
            return ofMessage(Codes.BODY, filter().body(body));
        }
    }

    private Optional<Verdict> end(Message message, OwnTrace trace, Macros macros) throws IOException {
        var changes = new MessageChanges(message, filter().negotiated(), trace);
        Answer answer = filter().end(macros, changes);
        changes.finish();
        open = false;
        decided = true;
        Optional<Verdict> verdict = ofMessage(Codes.BODYEOB, answer);
        return verdict.isPresent() ? verdict : changes.quarantine().map(Verdict::hold);
    }

    /** A command that nobody knows. */
    Verdict unknown(Party party, String line) throws IOException {
        return telling(() -> {
            Optional<Verdict> verdict = catchUp(party);
            if (verdict.isPresent() || left) {
                return verdict;
            }
            Answer answer =
                    filter().tell(Codes.UNKNOWN, new Payload().text(line), Macros.of(settings.hostname(), party));
            return answer instanceof Answer.Refuse refuse
                    ? Optional.of(new Verdict.Refuse(refuse.reply(), refuse.close()))
                    : Optional.empty();
        });
    }

    /** The transaction is over, whatever became of it. */
    void end(String message) throws IOException {
        usedNanos = System.nanoTime();
        if (id.equals(message)) {
            abort();
            begin("");
        }
    }

    private void abort() throws IOException {
        if (open && filter.isPresent()) {
            open = false;
            try {
                filter().abort();
            } catch (IOException e) {
                lose();
            }
        }
    }

    long idleNanos(long now) {
        return now - usedNanos;
    }

    @Override
    public void close() {
        filter.ifPresent(Filter::quit);
        filter = Optional.empty();
    }
}

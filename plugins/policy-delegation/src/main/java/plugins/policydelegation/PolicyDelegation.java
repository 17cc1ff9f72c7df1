package plugins.policydelegation;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import mta.plugins.api.Address;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Capabilities;
import mta.plugins.api.smtp.Command;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one policy server at each stage that it is bound to. Runs on the threads of sessions; thread-safe.
 *
 * <p>Whatever goes wrong is thrown, and becomes what the binding's settings say.
 */
public final class PolicyDelegation implements Reception, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyDelegation.class);

    private static final Duration SWEEP = Duration.ofMinutes(1);

    /** Note of a message: where all of it goes, on a server's word. */
    private static final String REDIRECT = "redirect";

    private final PolicyServer server;
    private final Thread sweeper;

    PolicyDelegation(PolicySettings settings, Dialler dialler) {
        server = new PolicyServer(settings, dialler);
        sweeper = Thread.ofVirtual().name(settings.name()).start(this::sweep);
    }

    void settings(PolicySettings other) {
        server.settings(other);
    }

    PolicyServer server() {
        return server;
    }

    @Override
    public Verdict connect(Session session) throws IOException {
        return ofSession("CONNECT", ask(Attributes.of("CONNECT", session, context())));
    }

    @Override
    public Verdict helo(Session session, String name, Capabilities capabilities) throws IOException {
        String state = capabilities.lines().isEmpty() ? "HELO" : "EHLO";
        return ofSession(state, ask(Attributes.of(state, session, context()).put("helo_name", name)));
    }

    @Override
    public Verdict mail(Transaction transaction, Sender sender) throws IOException {
        return ofMessage(transaction, ask("MAIL", transaction, Optional.empty(), OptionalLong.empty()));
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) throws IOException {
        Action action = ask("RCPT", transaction, Optional.of(recipient), OptionalLong.empty());
        Verdict verdict = ofMessage(transaction, action);
        Optional<Address> redirect = action instanceof Action.Redirect(Address address)
                ? Optional.of(address)
                : transaction.notes().find(REDIRECT).map(note -> Address.of(note.toString()));
        redirect.ifPresent(address -> transaction.replaceRecipient(recipient, List.of(recipient.withAddress(address))));
        return verdict;
    }

    @Override
    public Verdict data(Transaction transaction) throws IOException {
        return ofMessage(transaction, ask("DATA", transaction, Optional.empty(), OptionalLong.empty()));
    }

    @Override
    public Verdict message(Transaction transaction, Message message) throws IOException {
        var size = OptionalLong.of(message.content().size());
        return ofMessage(transaction, ask("END-OF-MESSAGE", transaction, Optional.empty(), size));
    }

    @Override
    public Verdict command(Session session, Command command) throws IOException {
        return switch (command.verb()) {
            case "VRFY" ->
                ofSession("VRFY", ask(Attributes.of("VRFY", session, context()).put("recipient", command.argument())));
            case "ETRN" ->
                ofSession(
                        "ETRN", ask(Attributes.of("ETRN", session, context()).put("etrn_domain", command.argument())));
            default -> Verdict.NEXT;
        };
    }

    private String context() {
        return server.settings().context();
    }

    private Action ask(String state, Transaction transaction, Optional<Recipient> recipient, OptionalLong size)
            throws IOException {
        return ask(Attributes.of(state, transaction, recipient, size, context()));
    }

    private Action ask(Attributes request) throws IOException {
        try {
            return Action.parse(server.ask(request.octets()));
        } catch (PolicyException e) {
            String name = server.settings().name();
            throw e.getMessage().startsWith(name) ? e : new PolicyException(name + ": " + e.getMessage(), e);
        }
    }

    private Verdict ofSession(String state, Action action) throws PolicyException {
        return switch (action) {
            case Action.Dunno dunno -> Verdict.NEXT;
            case Action.Refuse refuse -> new Verdict.Refuse(refuse.reply(), refuse.close());
            case Action.DeferIfPermit defer -> Verdict.refuse(defer.reply());
            case Action.Remark remark -> remark(remark);
            // Nothing is refused yet that could be refused for now only
            case Action.DeferIfReject defer -> remark(new Action.Remark(state + ": DEFER_IF_REJECT " + defer.reply()));
            case Action.Hold _, Action.Discard _, Action.Redirect _, Action.Bcc _, Action.Prepend _ ->
                throw new PolicyException(
                        server.settings().name() + ": an action for a message at " + state + ": " + action);
        };
    }

    private Verdict ofMessage(Transaction transaction, Action action) {
        switch (action) {
            case Action.Dunno dunno -> {}
            case Action.Refuse refuse -> {
                return new Verdict.Refuse(refuse.reply(), refuse.close());
            }
            case Action.DeferIfPermit defer -> transaction.pend(defer.reply());
            case Action.DeferIfReject defer -> transaction.deferIfRefused(defer.reply());
            case Action.Hold hold -> {
                return Verdict.hold(hold.reason());
            }
            case Action.Discard discard -> {
                return Verdict.discard(discard.reason());
            }
            case Action.Redirect redirect -> redirect(transaction, redirect.address());
            case Action.Bcc bcc -> transaction.addRecipient(Recipient.of(bcc.address()));
            case Action.Prepend prepend -> transaction.prependHeader(prepend.header());
            case Action.Remark remark -> remark(remark);
        }
        return Verdict.NEXT;
    }

    /** All recipients so far; those that come later find the note. */
    private static void redirect(Transaction transaction, Address address) {
        transaction.notes().put(REDIRECT, address.toString());
        List<Recipient> others = transaction.recipients();
        others.forEach(transaction::removeRecipient);
        if (!others.isEmpty()) {
            transaction.addRecipient(Recipient.of(address));
        }
    }

    private Verdict remark(Action.Remark remark) {
        LOG.info("{}: {}", server.settings().name(), remark.text());
        return Verdict.NEXT;
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(SWEEP);
                server.sweep();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public void close() {
        sweeper.interrupt();
        server.close();
    }
}

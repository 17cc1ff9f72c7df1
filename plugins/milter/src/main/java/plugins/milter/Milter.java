package plugins.milter;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Capabilities;
import mta.plugins.api.smtp.Close;
import mta.plugins.api.smtp.Command;
import mta.plugins.api.smtp.End;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;

/**
 * Asks one filter about mail that comes in, with a connection of its own for each SMTP session that lives as long as the
 * session; and at {@code seal} about mail on whatever way in. Runs on the threads of sessions; thread-safe: each session
 * has a {@link Visit}, found by the session's id.
 *
 * <p>Whatever goes wrong is thrown, and becomes what the binding's settings say.
 */
public final class Milter implements Reception, Routing, AutoCloseable {

    /** Longer than a session may be silent. A session whose end nobody told (its binding was taken away) is let go then. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Dialler dialler;
    private final Map<String, Visit> visits = new ConcurrentHashMap<>();
    private final Thread sweeper;
    private volatile MilterSettings settings;

    Milter(MilterSettings settings, Dialler dialler) {
        this.settings = settings;
        this.dialler = dialler;
        sweeper = Thread.ofVirtual().name("milter/" + settings.name()).start(this::sweep);
    }

    /** For connections that are opened from now on. */
    void settings(MilterSettings other) {
        settings = other;
    }

    int visits() {
        return visits.size();
    }

    private Visit visit(Session session) {
        return visits.computeIfAbsent(session.id(), _ -> new Visit(settings, dialler));
    }

    @Override
    public Verdict connect(Session session) throws IOException {
        return visit(session).session(Party.of(session));
    }

    @Override
    public Verdict helo(Session session, String name, Capabilities capabilities) throws IOException {
        return visit(session).session(Party.of(session).withHelo(name));
    }

    @Override
    public Verdict mail(Transaction transaction, Sender sender) throws IOException {
        Session session = transaction.session();
        return visit(session).mail(Party.of(session), transaction.id(), sender);
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) throws IOException {
        Session session = transaction.session();
        return visit(session).rcpt(Party.of(session), transaction.id(), transaction.sender(), recipient);
    }

    @Override
    public void rcptRefused(Transaction transaction, Recipient recipient, Reply reply) throws IOException {
        Session session = transaction.session();
        visit(session).refused(Party.of(session), transaction.id(), transaction.sender(), recipient, reply);
    }

    @Override
    public Verdict data(Transaction transaction) throws IOException {
        Session session = transaction.session();
        return visit(session)
                .data(
                        Party.of(session),
                        transaction.id(),
                        transaction.sender(),
                        transaction.recipients(),
                        transaction::refuseRecipient);
    }

    @Override
    public Verdict message(Transaction transaction, Message message) throws IOException {
        Session session = transaction.session();
        return visit(session)
                .content(
                        Party.of(session),
                        transaction.sender(),
                        transaction.recipients(),
                        message,
                        Optional.of(transaction::refuseRecipient));
    }

    @Override
    public Verdict command(Session session, Command command) throws IOException {
        if (command.known()) {
            return Verdict.NEXT;
        }
        String line = (command.verb() + " " + command.argument()).strip();
        return visit(session).unknown(Party.of(session), line);
    }

    @Override
    public void end(Transaction transaction, End how) throws IOException {
        Visit visit = visits.get(transaction.session().id());
        if (visit != null) {
            visit.end(transaction.id());
        }
    }

    @Override
    public void close(Session session, Close why) {
        Visit visit = visits.remove(session.id());
        if (visit != null) {
            visit.close();
        }
    }

    /** Mail that goes in by whatever way: as if this node had sent it to itself. */
    @Override
    public Verdict seal(Message message) throws IOException {
        var now = settings;
        try (var visit = new Visit(now, dialler)) {
            return visit.content(
                    Party.self(now.hostname()),
                    message.envelope().sender(),
                    message.envelope().recipients(),
                    message,
                    Optional.empty());
        }
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(SWEEP);
                forget(System.nanoTime(), FORGOTTEN);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    void forget(long nowNanos, Duration idle) {
        visits.values().removeIf(visit -> {
            boolean forgotten = visit.idleNanos(nowNanos) > idle.toNanos();
            if (forgotten) {
                visit.close();
            }
            return forgotten;
        });
    }

    @Override
    public void close() {
        sweeper.interrupt();
        visits.values().forEach(Visit::close);
        visits.clear();
    }
}

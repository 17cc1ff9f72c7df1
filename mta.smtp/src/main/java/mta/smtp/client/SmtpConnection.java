package mta.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.mail.Recipient;

/** A connection that is ready for mail. Used by one thread at a time: the one that sends. */
final class SmtpConnection {

    /** The connection had ended while it was idle: nothing of the message was tried. */
    static final class Gone extends IOException {
        private static final long serialVersionUID = 1L;

        private Gone(String why) {
            super(why);
        }
    }

    private final Connector connector;
    private final Path path;
    private final Hop hop;
    private final String peer;
    private final Conversation talk;
    private final Offer offer;
    private final boolean authenticated;
    private final Instant begun;
    private final Preparation preparation;
    private final int perTransaction;
    private final int messageLimit;

    private int messages;
    private boolean open;
    private boolean broken;
    private volatile boolean busy;
    private volatile boolean closed;
    private String end = "quit";
    private String detail = "";

    SmtpConnection(
            Connector connector,
            Path path,
            Hop hop,
            String peer,
            Conversation talk,
            Offer offer,
            boolean authenticated,
            Instant begun) {
        this.connector = connector;
        this.path = path;
        this.hop = hop;
        this.peer = peer;
        this.talk = talk;
        this.offer = offer;
        this.authenticated = authenticated;
        this.begun = begun;
        this.preparation = new Preparation(this);
        this.perTransaction = least(path.settings().recipientsPerTransaction(), offer.limit("RCPTMAX"));
        this.messageLimit = least(path.settings().messagesPerConnection(), offer.limit("MAILMAX"));
    }

    /** 0 and less mean no limit. */
    private static int least(int ours, OptionalInt theirs) {
        int own = ours <= 0 ? Integer.MAX_VALUE : ours;
        return theirs.isPresent() && theirs.getAsInt() > 0 ? Math.min(own, theirs.getAsInt()) : own;
    }

    /** @throws Gone if the message can go over another connection as if nothing had been */
    List<Outcome> send(Attempt attempt) throws Gone {
        busy = true;
        try {
            return deliver(attempt);
        } finally {
            busy = false;
            talk.out().rest();
        }
    }

    private List<Outcome> deliver(Attempt attempt) throws Gone {
        boolean fresh = messages == 0;
        messages++;
        Preparation.Prepared prepared = preparation.prepare(attempt);
        var outcomes = new ArrayList<>(prepared.settled());
        if (prepared.letter().isEmpty()) {
            return outcomes;
        }
        Letter letter = prepared.letter().get();
        List<Recipient> waiting = prepared.recipients();
        while (!waiting.isEmpty() && !broken) {
            int count = Math.min(waiting.size(), perTransaction);
            var transaction = Transaction.run(this, letter, waiting.subList(0, count), open);
            open = transaction.open();
            if (transaction.broken()) {
                broken = true;
                end = transaction.end();
                detail = transaction.outcomes().getLast().reply().toString();
                if (!fresh && !transaction.heard() && outcomes.isEmpty()) {
                    throw new Gone(detail);
                }
            }
            outcomes.addAll(transaction.outcomes());
            var rest = new ArrayList<>(waiting.subList(count, waiting.size()));
            rest.addAll(transaction.tooMany());
            waiting = rest;
        }
        for (Recipient recipient : waiting) {
            outcomes.add(new Outcome.Transient(recipient, Reply.of(421, "4.4.2", "not sent: " + detail)));
        }
        return outcomes;
    }

    boolean reusable() {
        return !broken && !closed && messages < messageLimit;
    }

    String peer() {
        return peer;
    }

    /** Says NOOP; RSET would do as well, but some servers count those. */
    boolean alive() {
        if (broken || closed) {
            return false;
        }
        try {
            Reply reply = talk.command("NOOP");
            if (reply.code() == 421) {
                lost("closed", reply.toString());
            }
        } catch (IOException e) {
            lost(
                    Explanation.end(e),
                    Explanation.broken(peer, "the reply to NOOP", patience(), e).toString());
        }
        return !broken;
    }

    private void lost(String how, String why) {
        broken = true;
        end = how;
        detail = why;
    }

    /** Returns at once: the good-bye is said on a thread of its own. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        connector.record(path, peer, talk, messages, begun, end, detail);
        if (broken || busy) {
            // Busy: another thread gives up the one that sends, whose message must not get a QUIT into it.
            talk.cut();
        } else {
            Thread.ofVirtual().name("smtp/quit").start(this::quit);
        }
    }

    private void quit() {
        try {
            talk.writePatience(settings().quitTimeout());
            talk.out().line("QUIT");
            talk.out().flush();
            talk.read(settings().quitTimeout());
        } catch (IOException e) {
            // It goes either way.
        } finally {
            talk.out().rest();
            talk.cut();
        }
    }

    Connector connector() {
        return connector;
    }

    ClientSettings settings() {
        return connector.settings;
    }

    Protocol protocol() {
        return connector.protocol;
    }

    Conversation talk() {
        return talk;
    }

    Offer offer() {
        return offer;
    }

    String host() {
        return hop.host();
    }

    boolean authenticated() {
        return authenticated;
    }

    /** For the reply to a command. */
    Duration patience() {
        return path.settings().commandTimeout();
    }
}

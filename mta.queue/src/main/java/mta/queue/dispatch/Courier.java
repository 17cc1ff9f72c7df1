package mta.queue.dispatch;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.core.drivers.Carriers;
import mta.core.intake.MessageId;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Recipient;
import mta.queue.entry.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one channel of a path: opens it, takes the path's next message, sends it, writes down what became of it, and so
 * on until there is no more work or the channel is used up. Runs on one virtual thread of its own; other threads only
 * wake and end it.
 */
final class Courier implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /** An idle connection is asked whether it still stands after this long: most servers wait at least as long. */
    private static final long ALIVE_MILLIS = 1_000;

    private static final long REPLACEMENT_NANOS = 2_000_000_000L;
    private static final long HANG_MILLIS = 300_000;

    /** How long an interrupted transport may take to come back before its channel is given up. */
    private static final long GRACE_MILLIS = 10_000;

    /** RFC 5321 section 4.5.3.2.6: after a time limit what was on the wire counts as not taken. */
    private static final Reply LATE = Reply.of(451, "4.4.2", "The transport did not answer in time");

    private static final Reply UNREADABLE = Reply.of(451, "4.3.0", "The stored content cannot be read");

    private final OutPath path;
    private final Ledger ledger;
    private final Clerk clerk;
    private final Hooks hooks;
    private final InstantSource clock;
    private final Records records;

    private Thread thread;
    private volatile boolean awake;
    private volatile boolean ended;
    private volatile Transport transport;
    private volatile long restsSince;
    private Path asOpened;
    private Transport.Channel channel;
    private int carried;
    private int delivered;
    private Reply farewell;

    // Of the attempt that is running, for when a plugin hangs.
    private Taken current;
    private boolean sending;
    private boolean abandoned;

    /** Since when the transport has been at work; 0 while it is not. */
    private long calledAt;

    private boolean interrupted;

    Courier(OutPath path, Ledger ledger, Clerk clerk, Hooks hooks, InstantSource clock, Records records) {
        this.path = path;
        this.ledger = ledger;
        this.clerk = clerk;
        this.hooks = hooks;
        this.clock = clock;
        this.records = records;
    }

    // -- other threads, under the lock of the ledger ------------------------------------------------------------------

    void interrupt() {
        thread.interrupt();
    }

    void wake() {
        awake = true;
        LockSupport.unpark(thread);
    }

    void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    void busy() {
        restsSince = Long.MAX_VALUE;
    }

    void rests(long now) {
        awake = false;
        restsSince = now;
    }

    long restsSince() {
        return restsSince;
    }

    /** Whether the transport that it was opened with has been replaced, or is being: its bundle waits for the channel's end. */
    boolean isOutdated(Pin now) {
        Transport mine = transport;
        return mine != null
                && hooks.transports.driver(now, asOpened.transport()).orElse(null) != mine;
    }

    /**
     * By the clock: a transport that has taken too long is interrupted; one that does not heed it keeps this thread, but
     * neither its path's place nor its message.
     */
    synchronized void watch(Duration limit) {
        long took = clock.millis() - calledAt;
        if (calledAt == 0 || abandoned || took < limit.toMillis()) {
            return;
        }
        if (!interrupted) {
            interrupted = true;
            tell("late", took);
            thread.interrupt();
        } else if (took >= limit.toMillis() + GRACE_MILLIS) {
            abandoned = true;
            tell("hung", took);
            Carriers.replace(thread);
            Optional<Taken> message = Optional.ofNullable(current);
            current = null;
            Thread.ofVirtual().name("give-up").start(() -> giveUp(message));
        }
    }

    private void tell(String failure, long tookMillis) {
        String where = Stream.of(thread.getStackTrace())
                .limit(12)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("; "));
        String stage = channel == null ? "open" : "send";
        LOG.error("transport {} on {}: {} is {}, at {}", asOpened.transport(), path.key, stage, failure, where);
        record(stage, failure, tookMillis, "did not come back in time; it is at " + where);
    }

    private void record(String stage, String failure, long tookMillis, String detail) {
        records.emit(new PluginFailure(
                clock.instant(),
                "",
                asOpened.transport(),
                "Transport",
                stage,
                failure,
                "tempfail",
                Duration.ofMillis(tookMillis),
                detail));
    }

    /** Nobody has heard of it yet: what it did is told once, as late or hung or as this. */
    private Reply failed(String stage, String failure, String detail, Throwable thrown) {
        LOG.error("transport {} on {}: {} {}", asOpened.transport(), path.key, stage, detail, thrown);
        if (!isLate()) {
            record(stage, failure, calledAt == 0 ? 0 : clock.millis() - calledAt, detail);
        }
        return Reply.of(451, "4.3.0", "Transport " + asOpened.transport() + " failed");
    }

    private void giveUp(Optional<Taken> message) {
        if (message.isEmpty()) {
            ledger.unreachable(path, this, LATE);
            return;
        }
        try {
            clerk.failed(message.get(), LATE);
        } finally {
            ledger.discouraged(path, LATE);
            ledger.leave(path, this);
        }
    }

    private synchronized void calls() {
        calledAt = clock.millis();
    }

    /** After this the clock interrupts it no more, and what it did is forgotten. @return false if nobody waits any more */
    private synchronized boolean returned() {
        calledAt = 0;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
        return !abandoned;
    }

    // -- its own thread -----------------------------------------------------------------------------------------------

    @Override
    public void run() {
        thread = Thread.currentThread();
        if (!ledger.enter(path, this)) {
            return;
        }
        try (Pin pin = hooks.pin()) {
            if (open(pin)) {
                ledger.opened(path);
                serve();
            }
        }
    }

    private boolean open(Pin pin) {
        List<Hop> hops = path.hops;
        asOpened = path.path;
        Optional<Transport> driver = awaitDriver(pin);
        Reply reply;
        try {
            if (driver.isPresent()) {
                transport = driver.get();
                calls();
                channel = driver.get().open(asOpened, hops, pin);
                if (channel != null) {
                    if (returned()) {
                        return true;
                    }
                    close();
                    return false;
                }
                reply = failed("open", "null", "answered null", null);
            } else {
                reply = Reply.of(451, "4.3.5", "No transport " + asOpened.transport() + " here");
            }
        } catch (ConnectException e) {
            reply = e.reply();
        } catch (IOException e) {
            reply = Reply.of(451, "4.4.1", Settlement.printable("Cannot connect: " + e.getMessage()));
        } catch (Throwable e) { // whatever a transport throws: the path must get its place back
            reply = failed("open", "threw", e.toString(), e);
        }
        if (returned()) {
            ledger.unreachable(path, this, reply);
        }
        return false;
    }

    /** One that is being replaced in place is away for a moment. */
    private Optional<Transport> awaitDriver(Pin pin) {
        long end = System.nanoTime() + REPLACEMENT_NANOS;
        Optional<Transport> found = hooks.transports.driver(pin, asOpened.transport());
        while (found.isEmpty() && !ended && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, 20_000_000);
            found = hooks.transports.driver(pin, asOpened.transport());
        }
        return found;
    }

    private void serve() {
        try {
            boolean more = true;
            while (more && !usedUp()) {
                Optional<Taken> taken = ledger.take(path, this);
                more = taken.isPresent() ? attempt(taken.get()) : rest();
            }
        } finally {
            if (!abandoned) {
                if (farewell != null && delivered == 0) {
                    ledger.discouraged(path, farewell);
                }
                ledger.leave(path, this);
            }
            close();
        }
    }

    private boolean usedUp() {
        int most = path.settings().messagesPerConnection();
        return ended || most > 0 && carried >= most || ledger.tooMany(path);
    }

    /** Waits for work; false if the channel is to be closed. */
    private boolean rest() {
        while (!awake && !ended) {
            LockSupport.park(this);
        }
        long idle = clock.millis() - restsSince;
        if (ended || idle < ALIVE_MILLIS) {
            return !ended;
        }
        try {
            return channel.alive(Duration.ofMillis(idle));
        } catch (RuntimeException | Error e) {
            LOG.warn("{}", path.key, e);
            return false;
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (RuntimeException | Error e) {
            LOG.warn("closing {}", path.key, e);
        }
    }

    /** Tries one entry; false if the channel takes no more. */
    private boolean attempt(Taken taken) {
        Optional<Entry> read = clerk.read(taken);
        if (read.isEmpty()) {
            return true;
        }
        Entry entry = read.get();
        if (entry.settled()) {
            clerk.putBackLater(taken, entry);
            return true;
        }
        try (Pin pin = hooks.pin()) {
            begin(taken);
            pin.onHang(this::hang);
            return attempt(taken, entry, pin) && !isOutdated(pin);
        } catch (RuntimeException | Error e) {
            // A bug, here or in a transport: the message is not lost, and not tried in a loop.
            LOG.error("message {} on {}", MessageId.text(taken.message()), path.key, e);
            if (current != null) {
                clerk.failed(taken, Reply.of(451, "4.3.0", "Internal error"));
            }
            return false;
        } finally {
            finish();
        }
    }

    private boolean attempt(Taken taken, Entry entry, Pin pin) {
        List<Recipient> waiting = entry.waiting();
        int most = asOpened.settings().recipientsPerTransaction();
        Optional<Content> stored = clerk.stored(taken.message());
        if (stored.isEmpty()) {
            // Nothing is sent in its place: a 250 for an empty message would be a loss that nobody hears of.
            LOG.error("message {} has no body that can be read", MessageId.text(taken.message()));
            clerk.failed(taken, UNREADABLE);
            return true;
        }
        Content content = stored.get();
        int number = entry.progress().attempts() + 1;
        Entry now = entry;
        boolean charged = false;
        boolean usable = true;
        int at = 0;
        while (at < waiting.size() && usable) {
            List<Recipient> part =
                    waiting.size() <= most ? waiting : waiting.subList(at, Math.min(waiting.size(), at + most));
            at += part.size();
            var attempt = new DeliveryAttempt(now, number, part, content, asOpened, pin);
            List<Judgement> judgements = judge(attempt);
            if (isAbandoned()) {
                return false;
            }
            boolean tried = !charged && judgements.stream().anyMatch(Courier::isCharged);
            now = clerk.settle(taken, attempt, judgements, tried, peer());
            charged |= tried;
            usable = farewell == null && reusable();
        }
        if (at < waiting.size()) {
            // The channel is used up, the rest of the recipients has not had its turn: they need not wait.
            now = now.with(now.progress().due(clock.instant()));
        }
        finish();
        clerk.putBackLater(taken, now);
        return usable;
    }

    /** Behind the answer of the far side nothing that a transport throws may undo what it said. */
    private String peer() {
        try {
            return channel.peer();
        } catch (RuntimeException | Error e) {
            LOG.warn("{}", path.key, e);
            return "";
        }
    }

    private boolean reusable() {
        try {
            return channel.reusable();
        } catch (RuntimeException | Error e) {
            LOG.warn("{}", path.key, e);
            return false;
        }
    }

    private static boolean isCharged(Judgement judgement) {
        return switch (judgement) {
            case Judgement.Delivered _, Judgement.Again _, Judgement.Never _ -> true;
            case Judgement.NotYet _, Judgement.Held _, Judgement.Discarded _ -> false;
        };
    }

    /** What plugins say before, or else what the far side says; in the order of the recipients. */
    private List<Judgement> judge(DeliveryAttempt attempt) {
        Optional<Judgement> before = decide(hooks.ready, attempt, (plugin, _) -> plugin.ready(attempt))
                .or(() -> decide(
                        hooks.envelope,
                        attempt,
                        (plugin, call) ->
                                plugin.envelope(attempt, attempt.outgoing().during(call))))
                .or(() -> decide(
                        hooks.content,
                        attempt,
                        (plugin, call) ->
                                plugin.content(attempt, attempt.outgoing().during(call))));
        if (before.isPresent()) {
            List<Judgement> all = new ArrayList<>();
            attempt.recipients().forEach(_ -> all.add(before.get()));
            return all;
        }
        carried++;
        sending();
        try {
            return judgements(attempt.recipients(), send(attempt));
        } catch (Failed e) {
            farewell = e.reply;
            List<Judgement> all = new ArrayList<>();
            attempt.recipients().forEach(_ -> all.add(new Judgement.Again(farewell, Optional.empty())));
            return all;
        } catch (IOException e) {
            LOG.debug("{}", path.key, e);
            farewell = Reply.of(451, "4.4.2", Settlement.printable("Connection broke: " + e.getMessage()));
            List<Judgement> all = new ArrayList<>();
            attempt.recipients().forEach(_ -> all.add(new Judgement.Again(farewell, Optional.empty())));
            return all;
        }
    }

    /** A transport that fails is no better than a connection that breaks. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Reply reply;

        Failed(Reply reply, Throwable cause) {
            super(reply.toString(), cause);
            this.reply = reply;
        }
    }

    private List<Outcome> send(DeliveryAttempt attempt) throws IOException, Failed {
        calls();
        try {
            List<Outcome> outcomes = channel.send(attempt);
            if (outcomes == null) {
                throw new Failed(failed("send", "null", "answered null", null), null);
            }
            return outcomes;
        } catch (IOException | Failed e) {
            throw e;
        } catch (Throwable e) { // whatever a transport throws
            throw new Failed(failed("send", "threw", e.toString(), e), e);
        } finally {
            returned();
        }
    }

    private static Optional<Judgement> decide(
            Stage<Delivery> stage, DeliveryAttempt attempt, Stage.Work<Delivery, mta.plugins.api.Verdict> work) {
        if (!stage.bound(attempt.pin(), attempt)) {
            return Optional.empty();
        }
        Decision decision = stage.decide(attempt.pin(), attempt, work);
        return Judgement.of(decision.verdict());
    }

    private List<Judgement> judgements(List<Recipient> recipients, List<Outcome> outcomes) {
        List<Judgement> list = new ArrayList<>(recipients.size());
        boolean talks = false;
        for (int i = 0; i < recipients.size(); i++) {
            Judgement judgement = find(recipients.get(i), outcomes, i);
            list.add(judgement);
            if (judgement instanceof Judgement.Delivered) {
                delivered++;
            } else {
                note(judgement);
            }
            talks |= !(judgement instanceof Judgement.Again again
                    && again.reply().code() == 421);
        }
        if (talks) {
            ledger.encouraged(path);
        } else if (!list.isEmpty() && list.getFirst() instanceof Judgement.Again again) {
            // 421: the service is closing the channel (RFC 5321 section 3.8), for us or for all.
            farewell = again.reply();
        }
        return list;
    }

    private void note(Judgement judgement) {
        Reply reply = judgement instanceof Judgement.Again again
                ? again.reply()
                : judgement instanceof Judgement.Never never ? never.reply() : null;
        if (reply != null) {
            path.replies.add(reply, clock.instant());
        }
    }

    /** Most transports answer in order; any order is allowed. */
    private static Judgement find(Recipient recipient, List<Outcome> outcomes, int hint) {
        if (hint < outcomes.size() && outcomes.get(hint).recipient() == recipient) {
            return Judgement.of(outcomes.get(hint));
        }
        for (Outcome outcome : outcomes) {
            if (outcome.recipient().equals(recipient)) {
                return Judgement.of(outcome);
            }
        }
        return new Judgement.Again(Reply.of(451, "4.3.0", "No outcome for this recipient"), Optional.empty());
    }

    // -- when a plugin hangs ------------------------------------------------------------------------------------------

    private synchronized void begin(Taken taken) {
        current = taken;
        sending = false;
    }

    private synchronized void sending() {
        sending = true;
    }

    private synchronized void finish() {
        current = null;
    }

    private synchronized boolean isLate() {
        return interrupted;
    }

    private synchronized boolean isAbandoned() {
        return abandoned;
    }

    /**
     * A plugin keeps this thread, maybe for ever. The path gets its place back. What was not sent yet is tried later;
     * what was on the wire stays with this thread, because it may have been taken.
     */
    private synchronized void hang() {
        if (abandoned || current == null) {
            return;
        }
        LOG.error(
                "a plugin hangs: {} gives up a channel, message {} {}",
                path.key,
                MessageId.text(current.message()),
                sending ? "stays in flight until it comes back" : "is tried later");
        if (sending) {
            return;
        }
        abandoned = true;
        ledger.putBack(current, clock.millis() + HANG_MILLIS);
        ledger.leave(path, this);
    }
}

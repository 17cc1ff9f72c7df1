package mta.queue.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import mta.core.intake.MessageId;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.Leg;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;
import mta.queue.entry.BadEntry;
import mta.queue.entry.Entry;
import mta.queue.entry.EntryCodec;
import mta.queue.entry.Mailbox;
import mta.queue.index.QueueKey;
import mta.queue.spool.Batch;
import mta.queue.spool.Durability;
import mta.queue.spool.Spool;
import mta.queue.spool.SpoolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what has become of entries: in the spool, then in the ledger, then to whoever wants to know. Works on
 * entries that the caller has taken, on the caller's thread, which is a virtual one. Thread-safe.
 */
final class Clerk {

    private static final Logger LOG = LoggerFactory.getLogger(Clerk.class);

    /** When a notice is tried again that could not be given. */
    private static final Duration NOTICE_RETRY = Duration.ofMinutes(5);

    private static final long TROUBLE_MILLIS = 60_000;
    private static final Reply EXPIRED = Reply.of(451, "4.4.7", "Delivery time expired");
    private static final Content VANISHED = Content.of(new byte[0]);

    private final Spool spool;
    private final Ledger ledger;
    private final Hooks hooks;
    private final Told told;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final PathSettings noPath;

    Clerk(
            Spool spool,
            Ledger ledger,
            Hooks hooks,
            Told told,
            InstantSource clock,
            RandomGenerator random,
            PathSettings noPath) {
        this.spool = spool;
        this.ledger = ledger;
        this.hooks = hooks;
        this.told = told;
        this.clock = clock;
        this.random = random;
        this.noPath = noPath;
    }

    // -- reading ------------------------------------------------------------------------------------------------------

    /** What was taken; empty if it cannot be read, and then it is put back or gone. */
    Optional<Entry> read(Taken taken) {
        try {
            Optional<byte[]> state = spool.state(taken.message(), taken.number());
            if (state.isPresent()) {
                return Optional.of(EntryCodec.decode(taken.message(), taken.number(), state.get()));
            }
            LOG.error("message {} entry {} is not in the spool", MessageId.text(taken.message()), taken.number());
            ledger.remove(taken);
        } catch (SpoolException e) {
            LOG.error("reading message {}: {}", MessageId.text(taken.message()), e.getMessage());
            ledger.putBack(taken, clock.millis() + TROUBLE_MILLIS);
        } catch (BadEntry e) {
            LOG.error(
                    "message {} stays in the spool and is left alone: {}",
                    MessageId.text(taken.message()),
                    e.getMessage());
            ledger.leaveAlone(taken);
        }
        return Optional.empty();
    }

    /**
     * Does something with an entry that nobody is sending. Whatever goes wrong, the entry does not stay taken: it is
     * looked at again later, as the spool has it. Not for attempts, which could then be made twice.
     */
    void with(Taken taken, Consumer<Taken> work) {
        try {
            work.accept(taken);
        } catch (RuntimeException | Error e) {
            LOG.error("message {} entry {}", MessageId.text(taken.message()), taken.number(), e);
            ledger.giveUp(taken, clock.millis() + TROUBLE_MILLIS);
        }
    }

    /** The body of a message; empty if it is not there or cannot be read. */
    Optional<Content> stored(long message) {
        try {
            return spool.body(message).map(StoredContent::new);
        } catch (SpoolException e) {
            LOG.error("reading the body of message {}: {}", MessageId.text(message), e.getMessage());
            return Optional.empty();
        }
    }

    /** For whoever tells of a message: that its body is lost must not keep its sender from hearing of it. */
    Content content(long message) {
        return stored(message).orElse(VANISHED);
    }

    // -- after an attempt ---------------------------------------------------------------------------------------------

    /**
     * Settles one transaction of an attempt and writes it down; the entry stays taken.
     *
     * @param charged whether this counts as an attempt
     */
    Entry settle(Taken taken, DeliveryAttempt attempt, List<Judgement> judgements, boolean charged, String peer) {
        Entry before = attempt.entry();
        Queue queue = taken.queue();
        Instant expires = Ledger.expiry(before, queue.rules);
        var settlement =
                new Settlement(hooks, told, random, attempt, queue.rules.settings(), expires, clock.instant(), peer);
        Entry after = settlement.settle(judgements, charged, peer);
        store(taken, after);
        settlement.gone().forEach(gone -> done(attempt, gone.recipient(), gone.fate()));
        return after;
    }

    /** Lets an entry go where it belongs now, after {@link #settle}. */
    void putBack(Taken taken, Entry entry) {
        if (entry.mailboxes().isEmpty()) {
            ledger.remove(taken);
        } else if (entry.owes()) {
            notify(taken, entry);
        } else {
            ledger.putBack(taken, entry, ledger.queue(key(entry)));
        }
    }

    /** The same, but telling the sender is left to others: a channel's thread has mail to send. */
    void putBackLater(Taken taken, Entry entry) {
        if (entry.owes() && !entry.mailboxes().isEmpty()) {
            ledger.attendLater(taken);
        } else {
            putBack(taken, entry);
        }
    }

    /** Something went wrong that nobody foresaw: an attempt is charged, so that it is not tried in a loop. */
    void failed(Taken taken, Reply reply) {
        Optional<Entry> read = read(taken);
        if (read.isEmpty()) {
            return;
        }
        List<Recipient> waiting = read.get().waiting();
        try (Pin pin = hooks.pin()) {
            DeliveryAttempt attempt = withoutAttempt(taken, read.get(), waiting, pin);
            List<Judgement> judgements = new ArrayList<>();
            waiting.forEach(_ -> judgements.add(new Judgement.Again(reply, Optional.empty())));
            putBack(taken, settle(taken, attempt, judgements, true, ""));
        }
    }

    static QueueKey key(Entry entry) {
        var placed = entry.message().placed();
        return new QueueKey(
                placed.tenant(),
                placed.campaign(),
                entry.destination(),
                Queue.klass(placed.transport(), placed.pool()));
    }

    /**
     * A removal does not wait for the disk: a crash within the next moment sends again what was sent, and loses nothing.
     * A new state waits until it can be read back, or the next attempt would begin from the old one.
     */
    private void store(Taken taken, Entry entry) {
        if (entry.mailboxes().isEmpty()) {
            commit(new Batch().remove(taken.message(), taken.number()), Durability.SUBMITTED);
        } else {
            byte[] state = EntryCodec.encode(entry);
            commit(new Batch().update(taken.message(), taken.number(), state), Durability.WRITTEN);
        }
    }

    /** Does not return before it is stored, or the spool is closed: what happened must not be forgotten. */
    void commit(Batch batch, Durability durability) {
        while (true) {
            try {
                spool.commit(batch, durability);
                return;
            } catch (SpoolException e) {
                LOG.error(
                        "an outcome cannot be stored{}: {}",
                        e.kind() == SpoolException.Kind.CLOSED ? "" : ", trying again",
                        e.getMessage());
                if (e.kind() == SpoolException.Kind.CLOSED) {
                    return;
                }
                LockSupport.parkNanos(1_000_000_000L);
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
        }
    }

    private void done(DeliveryAttempt attempt, Recipient recipient, Fate fate) {
        if (hooks.done.bound(attempt.pin(), attempt)) {
            hooks.done.observe(attempt.pin(), attempt, (plugin, _) -> plugin.done(attempt, recipient, fate));
        }
    }

    // -- without an attempt -------------------------------------------------------------------------------------------

    private DeliveryAttempt withoutAttempt(Taken taken, Entry entry, List<Recipient> recipients, Pin pin) {
        var path = new Path(taken.queue().transportName(), "", Source.DEFAULT, noPath);
        return new DeliveryAttempt(entry, entry.progress().attempts(), recipients, content(taken.message()), path, pin);
    }

    /** Returns an entry whose destination takes no mail. */
    void returnMail(Taken taken, Reply reply) {
        Optional<Entry> read = read(taken);
        if (read.isEmpty()) {
            return;
        }
        Entry entry = read.get();
        List<Recipient> waiting = entry.waiting();
        try (Pin pin = hooks.pin()) {
            DeliveryAttempt attempt = withoutAttempt(taken, entry, waiting, pin);
            List<Judgement> judgements = new ArrayList<>();
            waiting.forEach(_ -> judgements.add(new Judgement.Never(reply)));
            putBack(taken, settle(taken, attempt, judgements, true, ""));
        }
    }

    /** Looks after an entry whose time has come. */
    void attend(Taken taken) {
        Optional<Entry> read = read(taken);
        if (read.isEmpty()) {
            return;
        }
        Entry entry = read.get();
        Instant now = clock.instant();
        Optional<Duration> delay = taken.queue().rules.settings().delayNotice();
        if (!now.isBefore(Ledger.expiry(entry, taken.queue().rules)) && !entry.settled()) {
            Entry ended = end(taken, entry, mailbox -> new Fate.Expired(lastReply(taken, mailbox)));
            store(taken, ended);
            putBack(taken, ended);
        } else if (entry.owes()) {
            notify(taken, entry);
        } else if (delay.isPresent()
                && !entry.progress().delayTold()
                && !now.isBefore(entry.arrival().plus(delay.get()))) {
            tellDelay(taken, entry, now);
        } else {
            putBack(taken, entry);
        }
    }

    private Reply lastReply(Taken taken, Mailbox mailbox) {
        return mailbox.last().or(() -> ledger.lastReply(taken.queue())).orElse(EXPIRED);
    }

    /** Seals the fate of all who are still waiting; those whom nobody asks about are gone. Stores nothing. */
    Entry end(Taken taken, Entry entry, Function<Mailbox, Fate> fate) {
        Instant now = clock.instant();
        Leg leg = new Leg(
                taken.queue().key.tenant(),
                taken.queue().key.campaign(),
                entry.destination(),
                taken.queue().transportName(),
                "",
                "",
                entry.progress().peer());
        List<Mailbox> staying = new ArrayList<>();
        List<Settlement.Gone> gone = new ArrayList<>();
        for (Mailbox mailbox : entry.mailboxes()) {
            if (mailbox.owed().isPresent()) {
                staying.add(mailbox);
                continue;
            }
            Fate end = fate.apply(mailbox);
            told.ended(entry, mailbox.recipient(), leg, end, now);
            if (Settlement.isOwed(mailbox.recipient(), end)) {
                staying.add(mailbox.owing(end));
            } else {
                gone.add(new Settlement.Gone(mailbox.recipient(), end));
            }
        }
        tellDone(taken, entry, gone);
        return entry.with(staying);
    }

    private void tellDone(Taken taken, Entry entry, List<Settlement.Gone> gone) {
        if (gone.isEmpty()) {
            return;
        }
        try (Pin pin = hooks.pin()) {
            DeliveryAttempt attempt = withoutAttempt(taken, entry, List.of(), pin);
            gone.forEach(each -> done(attempt, each.recipient(), each.fate()));
        }
    }

    // -- notices ------------------------------------------------------------------------------------------------------

    /** Tells the sender what is owed; only then do these recipients leave the queue. */
    private void notify(Taken taken, Entry entry) {
        List<Mailbox> failures = new ArrayList<>();
        List<Mailbox> successes = new ArrayList<>();
        for (Mailbox mailbox : entry.mailboxes()) {
            mailbox.owed().ifPresent(fate -> (fate instanceof Fate.Delivered ? successes : failures).add(mailbox));
        }
        List<Mailbox> staying = new ArrayList<>(entry.mailboxes());
        List<Settlement.Gone> gone = new ArrayList<>();
        boolean all = true;
        try (Pin pin = hooks.pin()) {
            for (List<Mailbox> group : List.of(failures, successes)) {
                Notify kind = group == failures ? Notify.FAILURE : Notify.SUCCESS;
                if (group.isEmpty()) {
                    continue;
                }
                if (give(taken, entry, kind, group, Optional.empty(), pin)) {
                    staying.removeAll(group);
                    group.forEach(each -> gone.add(
                            new Settlement.Gone(each.recipient(), each.owed().get())));
                } else {
                    all = false;
                }
            }
        }
        Entry after = entry.with(staying);
        if (!all) {
            Instant again = clock.instant().plus(NOTICE_RETRY);
            after = after.with(after.progress().due(again));
        }
        store(taken, after);
        tellDone(taken, entry, gone);
        if (!all) {
            ledger.putBackOwing(taken, after.progress().due().toEpochMilli());
            return;
        }
        ledger.paid(taken);
        if (after.mailboxes().isEmpty()) {
            ledger.remove(taken);
        } else {
            ledger.putBack(taken, after, ledger.queue(key(after)));
        }
    }

    private void tellDelay(Taken taken, Entry entry, Instant now) {
        List<Mailbox> group = entry.mailboxes().stream()
                .filter(mailbox ->
                        mailbox.owed().isEmpty() && mailbox.recipient().wants(Notify.DELAY))
                .map(mailbox -> mailbox.last().isPresent() ? mailbox : mailbox.heard(lastReply(taken, mailbox)))
                .toList();
        boolean given = true;
        if (!group.isEmpty()) {
            Instant until = Ledger.expiry(entry, taken.queue().rules);
            try (Pin pin = hooks.pin()) {
                given = give(taken, entry, Notify.DELAY, group, Optional.of(until), pin);
            }
        }
        if (!given) {
            LOG.warn("notice of delay for message {} could not be given", MessageId.text(taken.message()));
        }
        // Once, whether it could be given or not: a delay that is told late is worse than one that is not told.
        Entry after = entry.with(entry.progress().told());
        store(taken, after);
        putBack(taken, after);
    }

    private boolean give(
            Taken taken, Entry entry, Notify kind, List<Mailbox> group, Optional<Instant> retryUntil, Pin pin) {
        List<Recipient> recipients = group.stream().map(Mailbox::recipient).toList();
        DeliveryAttempt attempt = withoutAttempt(taken, entry, recipients, pin);
        if (!hooks.bounce.bound(pin, attempt)) {
            return true;
        }
        Optional<String> peer = Optional.of(entry.progress().peer()).filter(name -> !name.isEmpty());
        List<Notice.Report> reports = group.stream()
                .map(mailbox -> new Notice.Report(
                        mailbox.recipient(),
                        mailbox.owed()
                                .orElseGet(() -> new Fate.Expired(mailbox.last().orElse(EXPIRED))),
                        peer,
                        entry.progress().lastAttempt(),
                        retryUntil))
                .toList();
        Envelope whole = entry.message().envelope().withRecipients(recipients);
        var message = new OutgoingMessage(entry.message(), whole, content(taken.message()));
        var notice = new Notice(kind, message, reports);
        Verdict verdict = hooks.bounce
                .decide(pin, attempt, (plugin, call) -> plugin.bounce(notice))
                .verdict();
        return switch (verdict) {
            case Verdict.Next _, Verdict.Accept _, Verdict.Discard _ -> true;
            case Verdict.Refuse _, Verdict.Later _, Verdict.Hold _ -> false;
        };
    }
}

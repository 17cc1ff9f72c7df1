package mta.queue.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.log.AdminAction;
import mta.plugins.api.mail.Content;
import mta.plugins.api.policy.PathSettings;
import mta.queue.entry.Entry;
import mta.queue.entry.EntryCodec;
import mta.queue.index.EntryState;
import mta.queue.index.Filter;
import mta.queue.index.Index;
import mta.queue.index.QueueKey;
import mta.queue.index.Scan;
import mta.queue.index.Tally;
import mta.queue.policy.Facts;
import mta.queue.policy.Policies;
import mta.queue.spool.Batch;
import mta.queue.spool.Durability;
import mta.queue.spool.SpoolException;

/**
 * What operators see of the queue and do to it. Actions go through the queue in steps, on the caller's thread, while mail
 * flows; what they change is on disk before they say so. Thread-safe.
 */
public final class Operations {

    /** Slots looked at in one step: at most so many entries are taken at once. */
    private static final int STEP = 512;

    private final Dispatch dispatch;
    private final Ledger ledger;
    private final Clerk clerk;

    public Operations(Dispatch dispatch) {
        this.dispatch = dispatch;
        this.ledger = dispatch.ledger;
        this.clerk = dispatch.clerk;
    }

    public Index index() {
        return ledger.index;
    }

    public Policies policies() {
        return dispatch.policies;
    }

    public Instant now() {
        return dispatch.clock.instant();
    }

    // -- actions ------------------------------------------------------------------------------------------------------

    /**
     * @param touched entries that were changed
     * @param onTheWire entries that were being sent, and were left alone
     */
    public record Acted(long touched, long onTheWire) {}

    /** How many entries a filter lets through. */
    public long count(Filter filter) {
        long[] count = {0};
        Scan scan = scan(filter);
        while (scan.step(Ledger.LOOK, _ -> count[0]++)) {
            Thread.yield();
        }
        return count[0];
    }

    private Scan scan(Filter filter) {
        return ledger.index.scan(filter, dispatch.clock.millis() / 1000);
    }

    /** Some entries that a filter lets through, in no special order. */
    public List<mta.queue.index.Entry> some(Filter filter, int limit) {
        List<mta.queue.index.Entry> found = new ArrayList<>();
        Scan scan = scan(filter);
        boolean more = true;
        while (more && found.size() < limit) {
            more = scan.step(Ledger.LOOK, slot -> {
                if (found.size() < limit) {
                    found.add(ledger.index.entry(slot));
                }
            });
        }
        return found;
    }

    /** Does something to all entries that a filter lets through; what was done when it is cancelled stays done. */
    public Acted act(Filter filter, Action action, DoubleConsumer progress, BooleanSupplier cancelled) {
        Scan scan = scan(filter);
        long touched = 0;
        long[] onTheWire = {0};
        Set<Queue> wake = new HashSet<>();
        boolean more = true;
        while (more && !cancelled.getAsBoolean()) {
            List<Taken> taken = new ArrayList<>();
            more = scan.step(STEP, slot -> {
                EntryState state = ledger.index.stateAt(slot);
                if (state == EntryState.INFLIGHT) {
                    onTheWire[0]++;
                } else if (action instanceof Action.Retry && state == EntryState.READY) {
                    wake.add(ledger.queueOf(slot));
                } else if (concerns(action, state)) {
                    taken.add(ledger.takeSlot(slot));
                }
            });
            taken.forEach(each -> wake.add(each.queue()));
            try {
                touched += apply(action, taken);
            } catch (RuntimeException | Error e) {
                taken.forEach(each -> ledger.giveUp(each, dispatch.clock.millis()));
                throw e;
            }
            progress.accept(scan.progress());
        }
        if (action instanceof Action.Retry) {
            wake.forEach(ledger::retryNow);
        }
        return new Acted(touched, onTheWire[0]);
    }

    private static boolean concerns(Action action, EntryState state) {
        return switch (action) {
            case Action.Retry _ -> state == EntryState.SCHEDULED;
            case Action.Release _ -> state == EntryState.HELD;
            case Action.Hold _ -> state != EntryState.HELD;
            case Action.Bounce _, Action.Drop _, Action.Priority _, Action.Redirect _ -> true;
        };
    }

    /** All in one write. */
    private long apply(Action action, List<Taken> taken) {
        var batch = new Batch();
        List<Taken> known = new ArrayList<>();
        List<Entry> after = new ArrayList<>();
        for (Taken each : taken) {
            Optional<Entry> read = clerk.read(each);
            if (read.isPresent()) {
                Entry changed = change(action, each, read.get());
                known.add(each);
                after.add(changed);
                if (changed.mailboxes().isEmpty()) {
                    batch.remove(each.message(), each.number());
                } else {
                    batch.update(each.message(), each.number(), EntryCodec.encode(changed));
                }
            }
        }
        if (known.isEmpty()) {
            return 0;
        }
        clerk.commit(batch, Durability.SYNCED);
        for (int i = 0; i < known.size(); i++) {
            clerk.putBackLater(known.get(i), after.get(i));
        }
        return known.size();
    }

    private Entry change(Action action, Taken taken, Entry entry) {
        return switch (action) {
            case Action.Retry _ -> entry.with(entry.progress().due(now()));
            case Action.Hold hold -> entry.with(entry.progress().held(Optional.of(hold.reason())));
            case Action.Release _ ->
                entry.with(entry.progress().held(Optional.empty()).due(now()));
            case Action.Priority priority -> entry.with(entry.progress().priority(priority.priority()));
            case Action.Redirect redirect -> entry.to(redirect.route());
            case Action.Drop _ -> {
                Reply reply = Reply.of(250, "2.0.0", "Dropped by an operator");
                yield clerk.end(taken, entry, _ -> new Fate.Removed(reply, false));
            }
            case Action.Bounce bounce -> {
                String text = Settlement.printable("Returned by an operator: " + bounce.reason());
                Reply reply = Reply.of(554, "5.0.0", text);
                yield clerk.end(taken, entry, _ -> new Fate.Removed(reply, true));
            }
        };
    }

    /** Leaves a record of what an operator did. */
    public void told(String who, String action, String target, long messages) {
        if (dispatch.told.wanted("AdminAction")) {
            dispatch.told.emit(new AdminAction(now(), who, action, target, messages));
        }
    }

    // -- queues as a whole --------------------------------------------------------------------------------------------

    /** A suspension or redirection of queues; {@code route} is empty for a suspension. */
    public record Rule(String scope, String route, String who, Instant since) {}

    /** Suspends queues, those that come later too; on disk when this returns. Names are globs. */
    public void suspend(String tenant, String campaign, String destination, String who) {
        var rule = new Steering.Rule(
                Steering.Kind.SUSPEND, tenant, campaign, destination, "", who, dispatch.clock.millis());
        dispatch.steer(now -> now.with(rule));
        restate(EntryState.READY);
    }

    /** Takes suspensions back whose scope these globs cover; the scopes that are open again. */
    public List<String> resume(String tenant, String campaign, String destination) {
        List<String> gone = takeBack(Steering.Kind.SUSPEND, tenant, campaign, destination);
        restate(EntryState.SUSPENDED);
        return gone;
    }

    /** Sends the mail of queues elsewhere, also what comes later; on disk when this returns. */
    public void redirect(String tenant, String campaign, String destination, String route, String who) {
        var rule = new Steering.Rule(
                Steering.Kind.REDIRECT, tenant, campaign, destination, route, who, dispatch.clock.millis());
        dispatch.steer(now -> now.with(rule));
    }

    /** Takes redirections back. */
    public List<String> redirectOff(String tenant, String campaign, String destination) {
        return takeBack(Steering.Kind.REDIRECT, tenant, campaign, destination);
    }

    private List<String> takeBack(Steering.Kind kind, String tenant, String campaign, String destination) {
        var asked = new Steering.Rule(kind, tenant, campaign, destination, "", "", 0);
        List<String> scopes = new ArrayList<>();
        dispatch.steer(now -> {
            List<Steering.Rule> gone =
                    now.rules().stream().filter(asked::covers).toList();
            gone.forEach(rule -> scopes.add(rule.scope()));
            return gone.isEmpty() ? now : now.without(gone);
        });
        return scopes;
    }

    private void restate(EntryState state) {
        Scan scan = scan(new Filter.In(Set.of(state)));
        while (scan.step(Ledger.LOOK, ledger::restate)) {
            Thread.yield();
        }
    }

    public List<Rule> rules() {
        return ledger.steering().rules().stream()
                .map(rule -> new Rule(rule.scope(), rule.route(), rule.who(), Instant.ofEpochMilli(rule.when())))
                .toList();
    }

    // -- a message ----------------------------------------------------------------------------------------------------

    /** An entry as it is stored, with where it waits. */
    public record Shown(EntryState state, Entry entry, Instant expires) {}

    /** All entries of a message that are still queued. */
    public List<Shown> show(long message) {
        List<Shown> all = new ArrayList<>();
        for (mta.queue.index.Entry each : some(new Filter.Message(message), 1000)) {
            try {
                Optional<byte[]> state = dispatch.spool.state(message, each.entry());
                if (state.isPresent()) {
                    Entry entry = EntryCodec.decode(message, each.entry(), state.get());
                    Queue queue = ledger.queue(each.queue());
                    all.add(new Shown(each.state(), entry, Ledger.expiry(entry, queue.rules)));
                }
            } catch (SpoolException | mta.queue.entry.BadEntry e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
        all.sort(Comparator.comparingInt(shown -> shown.entry().number()));
        return all;
    }

    public Content content(long message) {
        return clerk.content(message);
    }

    // -- paths --------------------------------------------------------------------------------------------------------

    /**
     * A path as it is.
     *
     * @param channels open; {@code opening} are being opened
     * @param backoffUntil empty: it is not resting
     * @param replies the latest first
     */
    public record PathState(
            String name,
            String transport,
            String site,
            String source,
            String lane,
            PathSettings settings,
            int channels,
            int opening,
            int idle,
            int failures,
            Optional<Instant> backoffUntil,
            Optional<Reply> lastReply,
            List<Hop> hops,
            boolean hasWork,
            List<HeardReply> replies) {}

    public record HeardReply(String reply, long count, Instant last) {}

    public List<PathState> paths() {
        List<PathState> all = new ArrayList<>();
        for (OutPath path : ledger.paths()) {
            all.add(state(path));
        }
        all.sort(Comparator.comparing(PathState::name));
        return all;
    }

    private PathState state(OutPath path) {
        ledger.guard.lock();
        try {
            long now = dispatch.clock.millis();
            Optional<Instant> backoff =
                    path.backoffUntil > now ? Optional.of(Instant.ofEpochMilli(path.backoffUntil)) : Optional.empty();
            return new PathState(
                    path.key.toString(),
                    path.key.transport(),
                    path.key.site(),
                    path.key.source(),
                    path.key.lane(),
                    path.settings(),
                    path.established,
                    path.opening,
                    path.idle.size(),
                    path.failures,
                    backoff,
                    path.lastReply,
                    path.hops,
                    !path.turns.isEmpty(),
                    heard(path.replies));
        } finally {
            ledger.guard.unlock();
        }
    }

    private static List<HeardReply> heard(Replies replies) {
        return replies.all().stream()
                .map(heard -> new HeardReply(heard.reply(), heard.count(), heard.last()))
                .toList();
    }

    // -- why ----------------------------------------------------------------------------------------------------------

    /**
     * A queue as it is.
     *
     * @param standing {@code routed}, {@code resting} ...
     * @param until until when that holds, where it ends
     * @param paths where its mail goes
     */
    public record QueueState(
            QueueKey key,
            Tally counts,
            boolean suspended,
            Optional<String> redirect,
            String transport,
            String target,
            String standing,
            Optional<Instant> until,
            Optional<Reply> why,
            List<HeardReply> replies,
            List<PathState> paths) {}

    /** The queues for a destination (a glob) that hold mail or are known, the fullest first. */
    public List<QueueState> queues(String destination, int limit) {
        var glob = new mta.queue.policy.Glob(destination);
        List<QueueState> all = new ArrayList<>();
        for (Queue queue : ledger.queues()) {
            if (glob.matches(queue.key.destination()) && all.size() < Math.max(limit, 1000)) {
                all.add(state(queue));
            }
        }
        all.sort(Comparator.comparingLong((QueueState state) -> state.counts().entries())
                .reversed());
        return all.size() > limit ? all.subList(0, limit) : all;
    }

    private QueueState state(Queue queue) {
        Tally counts = ledger.index.tally(queue.key).orElse(new Tally("", 0, 0, 0, 0, 0, 0, Optional.empty()));
        ledger.guard.lock();
        try {
            List<PathState> paths =
                    queue.shares.stream().map(share -> state(share.path())).toList();
            Optional<Instant> until =
                    queue.until > 0 ? Optional.of(Instant.ofEpochMilli(queue.until)) : Optional.empty();
            return new QueueState(
                    queue.key,
                    counts,
                    queue.suspended,
                    queue.redirect,
                    queue.transportName(),
                    queue.target(),
                    queue.standing.name().toLowerCase(java.util.Locale.ROOT),
                    until,
                    queue.why,
                    heard(queue.replies),
                    paths);
        } finally {
            ledger.guard.unlock();
        }
    }

    /** The sites and sources that mail of a tenant for a destination goes to, as policy knows them. */
    public List<Facts> places(String tenant, String destination) {
        Set<Facts> places = new HashSet<>();
        for (Queue queue : ledger.queues()) {
            if (queue.key.destination().equals(destination)
                    && queue.key.tenant().equals(tenant)) {
                for (Queue.Share share : queue.shares) {
                    PathKey key = share.path().key;
                    places.add(Facts.path(tenant, destination, key.site(), key.source()));
                }
            }
        }
        return List.copyOf(places);
    }

    /** Forgets what is known of a destination, so that it is looked up at once. */
    public void lookUpAgain(String destination) {
        for (Queue queue : ledger.queues()) {
            if (queue.key.destination().equals(destination)) {
                dispatch.destinations.forget(queue.transportName(), queue.target());
                ledger.retryNow(queue);
            }
        }
    }
}

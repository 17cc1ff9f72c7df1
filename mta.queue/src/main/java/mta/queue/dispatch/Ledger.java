package mta.queue.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;
import mta.queue.entry.Entry;
import mta.queue.entry.Outline;
import mta.queue.index.EntryState;
import mta.queue.index.Index;
import mta.queue.index.Links;
import mta.queue.index.QueueKey;
import mta.queue.policy.Policies;
import mta.queue.policy.Policies.QueueRules;
import mta.queue.schedule.Wheel;

/**
 * Who waits where: entries in queues, queues at paths, and what is due. Everything here is bookkeeping in memory under
 * one lock, the index's guard, held for microseconds and never over I/O or a hook call; whatever takes longer is handed
 * to {@link Work}. An entry that somebody works on is in flight, and only he may change it. Thread-safe.
 */
final class Ledger {

    /** The last second that the index knows. */
    private static final long FOREVER = 0xFFFF_FFFFL;

    private static final int STEP = 2048;

    /** Slots that are only looked at in one step. */
    static final int LOOK = 4096;

    private static final long RULES_MILLIS = 60_000;
    private static final long REST_FIRST_MILLIS = 60_000;
    private static final long REST_MOST_MILLIS = 3_600_000;
    private static final long UNUSED_MILLIS = 120_000;

    final Index index;
    final ReentrantLock guard;
    private final Links links;
    private final Wheel wheel;
    private final InstantSource clock;
    private final Policies policies;
    private final Timers timers = new Timers();
    private final Map<QueueKey, Queue> queues = new ConcurrentHashMap<>();
    private final Map<PathKey, OutPath> paths = new HashMap<>();

    /** Entries whose notice could not be given and is tried again; by message and number. */
    private final Set<List<Long>> owing = new HashSet<>();

    private volatile Steering steering = Steering.NONE;
    private Work work;
    private boolean stopping;
    private boolean paused;
    private int channels;

    Ledger(Index index, Policies policies, InstantSource clock) {
        this.index = index;
        this.guard = index.guard();
        this.links = index.links();
        this.policies = policies;
        this.clock = clock;
        this.wheel = new Wheel(index, clock.millis() / 1000);
    }

    void work(Work others) {
        work = others;
    }

    // -- queues -------------------------------------------------------------------------------------------------------

    /** The queue with its rules as they are now. May ask plugins: not under the lock. */
    Queue queue(QueueKey key) {
        Queue queue = queues.get(key);
        if (queue == null) {
            long generation = policies.generation();
            Queue fresh = new Queue(key, rules(key, null));
            fresh.rulesGeneration = generation;
            fresh.rulesAsked = clock.millis();
            fresh.lastUsed = fresh.rulesAsked;
            Queue other = queues.putIfAbsent(key, fresh);
            queue = other == null ? fresh : other;
        }
        refresh(queue);
        return queue;
    }

    /** Asks for the rules again if they may have changed. */
    void refresh(Queue queue) {
        long generation = policies.generation();
        boolean old = policies.askedElsewhere() && clock.millis() - queue.rulesAsked > RULES_MILLIS;
        if (queue.rulesGeneration != generation || old) {
            queue.rules = rules(queue.key, queue.rules);
            queue.rulesGeneration = generation;
            queue.rulesAsked = clock.millis();
        }
        steer(queue);
    }

    private QueueRules rules(QueueKey key, QueueRules before) {
        try {
            return policies.queue(key.tenant(), key.campaign(), key.destination());
        } catch (Unresolved e) {
            // Cannot tell is not "no rules": what held before holds on, asked again soon.
            return before != null ? before : policies.configured(key.tenant(), key.campaign(), key.destination());
        }
    }

    private void steer(Queue queue) {
        Steering now = steering;
        if (queue.steering == now.generation()) {
            return;
        }
        guard.lock();
        try {
            queue.steering = now.generation();
            queue.suspended = now.suspends(queue.key);
            Optional<String> redirect = now.redirect(queue.key);
            if (!redirect.equals(queue.redirect)) {
                queue.redirect = redirect;
                askAgain(queue);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Under the lock: the next message, or what waits, is routed anew. */
    private void askAgain(Queue queue) {
        if (queue.standing != Queue.Standing.ROUTING && queue.standing != Queue.Standing.NEW) {
            queue.standing = Queue.Standing.NEW;
            queue.until = 0;
            if (index.queue(queue.key) != Index.NONE) {
                route(queue);
            }
        }
    }

    Steering steering() {
        return steering;
    }

    /** Suspensions and redirections as they are from now on; what waits already is moved by {@link #restate}. */
    void steering(Steering other) {
        steering = other;
        queues.values().forEach(this::steer);
    }

    Collection<Queue> queues() {
        return queues.values();
    }

    Optional<Queue> find(QueueKey key) {
        return Optional.ofNullable(queues.get(key));
    }

    /** The queue of a slot; under the lock. */
    Queue queueOf(int slot) {
        int number = index.queueAt(slot);
        if (index.attachment(number).orElse(null) instanceof Queue queue) {
            return queue;
        }
        // Whoever added the entry has asked for its queue, which stays at least as long as it has entries.
        Queue queue = queues.get(index.key(number));
        attach(number, queue);
        return queue;
    }

    private void attach(int number, Queue queue) {
        index.attach(number, queue);
        if (queue.standing == Queue.Standing.ROUTED && !queue.shares.isEmpty()) {
            index.site(number, queue.shares.getFirst().path().key.site());
        }
    }

    // -- entries ------------------------------------------------------------------------------------------------------

    static QueueKey key(Outline outline) {
        return new QueueKey(
                outline.tenant(),
                outline.campaign(),
                outline.destination(),
                Queue.klass(outline.transport(), outline.pool()));
    }

    /** Indexes a stored entry and lets it wait where it belongs. {@code queue} is that of its key. */
    void add(long message, int number, Outline outline, Queue queue) {
        long now = clock.millis();
        guard.lock();
        try {
            if (index.find(message, number) != Index.NONE) {
                // Accepted while the spool is loaded: who came first has added it.
                return;
            }
            // A queue that was dropped while this entry was being stored comes back.
            Queue here = queues.putIfAbsent(queue.key, queue);
            int slot = index.add(new mta.queue.index.Entry(
                    message,
                    number,
                    queue.key,
                    outline.senderDomain(),
                    outline.arrival() / 1000,
                    outline.due() / 1000,
                    deadline(outline, queue.rules),
                    outline.attempts(),
                    priority(outline, queue.rules),
                    EntryState.SCHEDULED,
                    outline.bytes(),
                    outline.recipients()));
            int queueNumber = index.queueAt(slot);
            if (index.attachment(queueNumber).isEmpty()) {
                attach(queueNumber, here == null ? queue : here);
            }
            if (outline.owes()) {
                owing.add(name(message, number));
            }
            if (outline.held()) {
                index.state(slot, EntryState.HELD);
            } else {
                place(slot, outline.due(), now);
            }
        } finally {
            guard.unlock();
        }
    }

    private static List<Long> name(long message, int number) {
        return List.of(message, (long) number);
    }

    /** Seconds since 1970 when somebody has to look at it: its delay is told or it expires. */
    private static long deadline(Outline outline, QueueRules rules) {
        long expiry = expiry(outline.arrival(), outline.expires(), rules);
        boolean tell = !outline.delayTold() && !outline.senderDomain().isEmpty();
        Optional<java.time.Duration> delay = rules.settings().delayNotice();
        long delayed =
                tell && delay.isPresent() ? outline.arrival() + delay.get().toMillis() : expiry;
        return Math.ceilDiv(Math.min(expiry, delayed), 1000L);
    }

    /** Policy speaks where nobody else did. */
    private static int priority(Outline outline, QueueRules rules) {
        return outline.priority() == 5 ? rules.priority().orElse(5) : outline.priority();
    }

    private static long expiry(long arrival, long explicit, QueueRules rules) {
        return explicit != 0 ? explicit : arrival + rules.settings().expiry().toMillis();
    }

    /** When an entry expires. */
    static Instant expiry(Entry entry, QueueRules rules) {
        return entry.message()
                .placed()
                .expires()
                .orElseGet(() -> entry.arrival().plus(rules.settings().expiry()));
    }

    /** Under the lock. */
    private void place(int slot, long due, long now) {
        if (owing.contains(name(index.messageAt(slot), index.entryAt(slot))) && due <= now) {
            index.state(slot, EntryState.INFLIGHT);
            work.attend(taken(slot));
        } else if (due > now) {
            wheel.insert(slot, Math.ceilDiv(due, 1000L));
        } else {
            ready(slot, now);
        }
    }

    /** Under the lock: due, waits for its turn. */
    private void ready(int slot, long now) {
        Queue queue = queueOf(slot);
        queue.lastUsed = now;
        if (queue.suspended) {
            index.state(slot, EntryState.SUSPENDED);
            return;
        }
        boolean straight = queue.standing == Queue.Standing.ROUTED && now < queue.until && isEmpty(queue);
        if (straight) {
            offer(slot, queue, now);
            return;
        }
        index.state(slot, EntryState.READY);
        if (queue.parked < 0) {
            queue.parked = links.list();
        }
        links.append(queue.parked, slot);
        switch (queue.standing) {
            case NEW -> route(queue);
            case ROUTED -> {
                if (now >= queue.until) {
                    route(queue);
                }
            }
            case UNROUTABLE -> {
                if (now >= queue.until) {
                    route(queue);
                } else if (!queue.draining) {
                    queue.draining = true;
                    work.returnAll(queue);
                }
            }
            case ROUTING, RESTING -> {}
        }
    }

    /** Whether nothing waits for the queue's route. */
    boolean isEmpty(Queue queue) {
        return queue.parked < 0 || links.isEmpty(queue.parked);
    }

    private void offer(int slot, Queue queue, long now) {
        OutPath path = queue.next();
        if (path.dropped) {
            path.dropped = false;
            paths.put(path.key, path);
        }
        path.lastUsed = now;
        path.turns.offer(slot, queue.rules.settings().weight());
        wake(path, now);
    }

    private void route(Queue queue) {
        queue.standing = Queue.Standing.ROUTING;
        work.route(queue);
    }

    // -- routes -------------------------------------------------------------------------------------------------------

    /** A path that a queue may use; made if there is none. */
    OutPath path(PathKey key, Source source, PathSettings settings, List<Hop> hops, Queue queue) {
        guard.lock();
        try {
            long now = clock.millis();
            OutPath path = paths.computeIfAbsent(key, _ -> new OutPath(key, index, source, settings, hops, now));
            path.settings(settings, source);
            path.hops = hops;
            path.lastUsed = now;
            path.tenant = queue.key.tenant();
            path.destination = queue.key.destination();
            return path;
        } finally {
            guard.unlock();
        }
    }

    /** A queue's mail goes these ways until then; afterwards {@link #drain} moves what was waiting. */
    void routed(Queue queue, List<Queue.Share> shares, long until) {
        guard.lock();
        try {
            for (Queue.Share old : queue.shares) {
                if (shares.stream().noneMatch(share -> share.path() == old.path())) {
                    old.path().turns.move(queue.key, shares.getFirst().path().turns);
                }
            }
            queue.shares(shares);
            queue.standing = Queue.Standing.ROUTED;
            queue.until = until;
            queue.failures = 0;
            queue.why = Optional.empty();
            int number = index.queue(queue.key);
            if (number != Index.NONE) {
                attach(number, queue);
            }
            long now = clock.millis();
            for (Queue.Share share : shares) {
                if (share.path().dropped) {
                    share.path().dropped = false;
                    paths.put(share.path().key, share.path());
                }
                wake(share.path(), now);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Moves some of what waited for the route; true if there is more. */
    boolean drain(Queue queue) {
        guard.lock();
        try {
            long now = clock.millis();
            int left = STEP;
            while (left-- > 0 && !isEmpty(queue) && queue.standing == Queue.Standing.ROUTED) {
                int slot = links.first(queue.parked);
                if (queue.suspended) {
                    index.state(slot, EntryState.SUSPENDED);
                } else {
                    offer(slot, queue, now);
                }
            }
            return !isEmpty(queue) && queue.standing == Queue.Standing.ROUTED;
        } finally {
            guard.unlock();
        }
    }

    /** It could not be told where a queue's mail goes: it rests, longer each time, and nothing is charged. */
    void rest(Queue queue, Reply why) {
        guard.lock();
        try {
            long now = clock.millis();
            queue.why = Optional.of(why);
            queue.replies.add(why, Instant.ofEpochMilli(now));
            if (!queue.shares.isEmpty() && queue.standing == Queue.Standing.ROUTING && queue.failures++ < 3) {
                // Better the way of before than none.
                queue.standing = Queue.Standing.ROUTED;
                queue.until = now + REST_FIRST_MILLIS;
                work.route(queue);
                return;
            }
            queue.standing = Queue.Standing.RESTING;
            long rest = Math.min(REST_MOST_MILLIS, REST_FIRST_MILLIS << Math.min(10, queue.failures++));
            queue.until = now + rest;
            timer(queue.until, () -> wakeQueue(queue));
        } finally {
            guard.unlock();
        }
    }

    private void wakeQueue(Queue queue) {
        if (queue.standing == Queue.Standing.RESTING && queue.until <= clock.millis()) {
            if (isEmpty(queue)) {
                queue.standing = Queue.Standing.NEW;
            } else {
                route(queue);
            }
        }
    }

    /** Nobody takes a queue's mail. */
    void unroutable(Queue queue, Reply why, long until) {
        guard.lock();
        try {
            queue.standing = Queue.Standing.UNROUTABLE;
            queue.why = Optional.of(why);
            queue.replies.add(why, Instant.ofEpochMilli(clock.millis()));
            queue.until = until;
            if (!queue.draining && !isEmpty(queue)) {
                queue.draining = true;
                work.returnAll(queue);
            }
        } finally {
            guard.unlock();
        }
    }

    /** The next entry to return from an unroutable queue; empty when there is none, or it found a way meanwhile. */
    Optional<Taken> nextToReturn(Queue queue) {
        guard.lock();
        try {
            if (isEmpty(queue) || queue.standing != Queue.Standing.UNROUTABLE || stopping) {
                queue.draining = false;
                return Optional.empty();
            }
            int slot = links.first(queue.parked);
            index.state(slot, EntryState.INFLIGHT);
            return Optional.of(taken(slot));
        } finally {
            guard.unlock();
        }
    }

    // -- paths --------------------------------------------------------------------------------------------------------

    /** Under the lock: gives a path's work to a waiting channel, or opens one more if there is work for it. */
    private void wake(OutPath path, long now) {
        if (stopping || paused || path.turns.isEmpty()) {
            return;
        }
        long token = path.bucket.next(now);
        if (token > now) {
            timer(path, token);
            return;
        }
        Courier idle = path.idle.pollLast();
        if (idle != null) {
            idle.wake();
            return;
        }
        // Doubling: no more channels are opened at once than have proved to work.
        if (path.opening + path.established >= path.limit() || path.opening > path.established) {
            return;
        }
        if (now < path.backoffUntil) {
            timer(path, path.backoffUntil);
            return;
        }
        path.opening++;
        channels++;
        work.open(path);
    }

    private void timer(OutPath path, long when) {
        if (path.timerAt != 0 && path.timerAt <= when) {
            return;
        }
        path.timerAt = when;
        timer(when, () -> {
            if (path.timerAt == when) {
                path.timerAt = 0;
                wakePath(path);
            }
        });
    }

    private void timer(long when, Runnable what) {
        if (timers.add(when, what)) {
            work.hurry();
        }
    }

    private void wakePath(OutPath path) {
        wake(path, clock.millis());
    }

    /** A courier starts; false if it should not. */
    boolean enter(OutPath path, Courier courier) {
        guard.lock();
        try {
            if (stopping) {
                path.opening--;
                channels--;
                return false;
            }
            path.couriers.add(courier);
            return true;
        } finally {
            guard.unlock();
        }
    }

    void opened(OutPath path) {
        guard.lock();
        try {
            path.opening--;
            path.established++;
        } finally {
            guard.unlock();
        }
    }

    /** Nobody could be reached: the path rests. */
    void unreachable(OutPath path, Courier courier, Reply reply) {
        guard.lock();
        try {
            long now = clock.millis();
            path.opening--;
            path.couriers.remove(courier);
            channels--;
            rest(path, reply, now);
        } finally {
            guard.unlock();
        }
    }

    private void rest(OutPath path, Reply reply, long now) {
        path.lastReply = Optional.of(reply);
        path.replies.add(reply, Instant.ofEpochMilli(now));
        // Several channels that fail at the same time are one failure.
        if (now >= path.backoffUntil) {
            path.failures++;
            path.backoffUntil = now + path.rest();
        }
        if (!path.turns.isEmpty()) {
            timer(path, path.backoffUntil);
        }
    }

    /** A channel ended without having delivered anything, by the far side's wish or fault. */
    void discouraged(OutPath path, Reply reply) {
        guard.lock();
        try {
            rest(path, reply, clock.millis());
        } finally {
            guard.unlock();
        }
    }

    void encouraged(OutPath path) {
        if (path.failures == 0) {
            return;
        }
        guard.lock();
        try {
            path.failures = 0;
            path.backoffUntil = 0;
        } finally {
            guard.unlock();
        }
    }

    void leave(OutPath path, Courier courier) {
        guard.lock();
        try {
            path.couriers.remove(courier);
            path.idle.remove(courier);
            path.established--;
            channels--;
            path.lastUsed = clock.millis();
            wake(path, path.lastUsed);
        } finally {
            guard.unlock();
        }
    }

    /** The next entry for a courier, or empty: then it waits, and is woken. */
    Optional<Taken> take(OutPath path, Courier courier) {
        guard.lock();
        try {
            long now = clock.millis();
            while (!stopping && !paused && path.established <= path.settings().connections()) {
                if (path.bucket.next(now) > now) {
                    if (!path.turns.isEmpty()) {
                        timer(path, path.bucket.next(now));
                    }
                    break;
                }
                int slot = path.turns.pick();
                if (slot == Index.NONE) {
                    break;
                }
                Taken taken = taken(slot);
                if (index.expiryAt(slot) * 1000 <= now) {
                    work.attend(taken);
                    continue;
                }
                path.bucket.take(now);
                path.lastUsed = now;
                courier.busy();
                if (!path.idle.isEmpty() || path.established < path.limit()) {
                    wake(path, now);
                }
                return Optional.of(taken);
            }
            if (stopping || path.established > path.settings().connections()) {
                courier.end();
                return Optional.empty();
            }
            courier.rests(now);
            path.idle.addLast(courier);
            return Optional.empty();
        } finally {
            guard.unlock();
        }
    }

    /** Whether a courier should close its channel instead of waiting on. */
    boolean tooMany(OutPath path) {
        guard.lock();
        try {
            return stopping || path.established > path.settings().connections();
        } finally {
            guard.unlock();
        }
    }

    // -- putting back -------------------------------------------------------------------------------------------------

    /** Takes an entry that waits; empty if it is gone, or somebody works on it. */
    Optional<Taken> take(long message, int number) {
        guard.lock();
        try {
            int slot = index.find(message, number);
            if (slot == Index.NONE || index.stateAt(slot) == EntryState.INFLIGHT) {
                return Optional.empty();
            }
            index.state(slot, EntryState.INFLIGHT);
            return Optional.of(taken(slot));
        } finally {
            guard.unlock();
        }
    }

    /** Takes the entry of a slot; under the lock. */
    Taken takeSlot(int slot) {
        index.state(slot, EntryState.INFLIGHT);
        return taken(slot);
    }

    private Taken taken(int slot) {
        return new Taken(slot, index.messageAt(slot), index.entryAt(slot), queueOf(slot));
    }

    void remove(Taken taken) {
        guard.lock();
        try {
            owing.remove(name(taken.message(), taken.number()));
            index.remove(taken.slot());
        } finally {
            guard.unlock();
        }
    }

    /** Puts an entry back where it belongs now. {@code queue} is that of its key, which may have changed. */
    void putBack(Taken taken, Entry entry, Queue queue) {
        Outline outline = Outline.of(entry);
        long now = clock.millis();
        guard.lock();
        try {
            int slot = taken.slot();
            queues.putIfAbsent(queue.key, queue);
            if (!index.key(index.queueAt(slot)).equals(queue.key)) {
                index.queue(slot, queue.key);
            }
            index.attempts(slot, outline.attempts());
            index.recipients(slot, outline.recipients());
            index.priority(slot, priority(outline, queue.rules));
            index.due(slot, outline.due() / 1000);
            index.expiry(slot, deadline(outline, queue.rules));
            if (outline.held()) {
                index.state(slot, EntryState.HELD);
            } else {
                place(slot, outline.due(), now);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Puts an entry back whose state could not be read or was not changed; tried again at {@code when}. */
    void putBack(Taken taken, long when) {
        guard.lock();
        try {
            restUntil(taken.slot(), when);
            place(taken.slot(), when, clock.millis());
        } finally {
            guard.unlock();
        }
    }

    /** Puts an entry back, unless that or its removal has been done already. */
    void giveUp(Taken taken, long when) {
        guard.lock();
        try {
            if (index.find(taken.message(), taken.number()) == taken.slot()
                    && index.stateAt(taken.slot()) == EntryState.INFLIGHT) {
                putBack(taken, when);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Under the lock: nobody looks at it earlier, the sweep for expired entries included; its real expiry comes back with its state. */
    private void restUntil(int slot, long when) {
        index.expiry(slot, Math.ceilDiv(when, 1000L));
    }

    /** Puts an entry back whose sender could not be told; tried again at {@code when}. */
    void putBackOwing(Taken taken, long when) {
        guard.lock();
        try {
            owing.add(name(taken.message(), taken.number()));
            restUntil(taken.slot(), when);
            wheel.insert(taken.slot(), Math.ceilDiv(when, 1000L));
        } finally {
            guard.unlock();
        }
    }

    /** The state cannot be read: it stays in the spool, and nobody touches it. */
    void leaveAlone(Taken taken) {
        guard.lock();
        try {
            index.state(taken.slot(), EntryState.HELD);
            index.expiry(taken.slot(), FOREVER);
        } finally {
            guard.unlock();
        }
    }

    void attendLater(Taken taken) {
        work.attend(taken);
    }

    /** What was last heard about a queue's mail as a whole. */
    Optional<Reply> lastReply(Queue queue) {
        guard.lock();
        try {
            return queue.why.or(() -> queue.shares.stream()
                    .flatMap(share -> share.path().lastReply.stream())
                    .findFirst());
        } finally {
            guard.unlock();
        }
    }

    void paid(Taken taken) {
        guard.lock();
        try {
            owing.remove(name(taken.message(), taken.number()));
        } finally {
            guard.unlock();
        }
    }

    /** Lets a slot that is suspended, or is to be, wait where its queue's suspension says; under the lock. */
    void restate(int slot) {
        Queue queue = queueOf(slot);
        EntryState state = index.stateAt(slot);
        if (queue.suspended && state == EntryState.READY) {
            index.state(slot, EntryState.SUSPENDED);
        } else if (!queue.suspended && state == EntryState.SUSPENDED) {
            ready(slot, clock.millis());
        }
    }

    // -- time ---------------------------------------------------------------------------------------------------------

    /** Does what is due by now. One thread calls it, at least once a second; returns when it should come again. */
    long tick() {
        long now = clock.millis();
        while (!wheel.advance(now / 1000, STEP, slot -> dueNow(slot, now))) {
            Thread.yield();
        }
        int left = STEP;
        while (left > 0) {
            guard.lock();
            try {
                Runnable due;
                int some = 64;
                while (some-- > 0 && (due = timers.due(now)) != null) {
                    due.run();
                    left--;
                }
                if (timers.next() > now) {
                    break;
                }
            } finally {
                guard.unlock();
            }
        }
        guard.lock();
        try {
            return timers.next();
        } finally {
            guard.unlock();
        }
    }

    private void dueNow(int slot, long now) {
        if (index.expiryAt(slot) * 1000 <= now) {
            work.attend(takeSlot(slot));
        } else {
            place(slot, 0, now);
        }
    }

    /** A part of the endless round that lets expiry hold wherever an entry waits. True at the end of a round. */
    boolean sweep(int slots) {
        long now = clock.millis();
        return index.sweep(now / 1000, slots, slot -> {
            if (!work.busy() && !stopping) {
                work.attend(takeSlot(slot));
            }
        });
    }

    /** Closes channels that nobody needs and forgets queues and paths that nothing uses. Every second or so. */
    void tidy(Pin pin) {
        long now = clock.millis();
        List<OutPath> all;
        guard.lock();
        try {
            all = new ArrayList<>(paths.values());
        } finally {
            guard.unlock();
        }
        for (OutPath path : all) {
            guard.lock();
            try {
                long idle = path.settings().idle().toMillis();
                for (Courier courier : path.idle) {
                    if (now - courier.restsSince() >= idle || courier.isOutdated(pin)) {
                        courier.end();
                    }
                }
                boolean unused = path.established == 0
                        && path.opening == 0
                        && now >= path.backoffUntil
                        && now - path.lastUsed > UNUSED_MILLIS
                        && path.turns.isEmpty();
                if (unused) {
                    path.dropped = true;
                    paths.remove(path.key);
                }
            } finally {
                guard.unlock();
            }
        }
    }

    /** Forgets queues that have been empty for a while; goes through all of them, so every minute or so. */
    void forgetQueues() {
        long now = clock.millis();
        for (Queue queue : queues.values()) {
            if (now - queue.lastUsed < UNUSED_MILLIS) {
                continue;
            }
            guard.lock();
            try {
                boolean asked = queue.standing == Queue.Standing.ROUTING || queue.draining;
                if (index.queue(queue.key) == Index.NONE && !asked) {
                    queues.remove(queue.key);
                    if (queue.parked >= 0) {
                        links.drop(queue.parked);
                        queue.parked = -1;
                    }
                }
            } finally {
                guard.unlock();
            }
        }
    }

    /** After a change of policy or of the steering: every queue with mail is routed again, by the rules that hold now. */
    void routeAllAgain() {
        for (Queue queue : queues.values()) {
            refresh(queue);
            guard.lock();
            try {
                if (queue.standing != Queue.Standing.ROUTING) {
                    boolean mail = index.queue(queue.key) != Index.NONE;
                    queue.standing = Queue.Standing.NEW;
                    if (mail) {
                        route(queue);
                    }
                }
            } finally {
                guard.unlock();
            }
        }
    }

    /** Probes a path now. */
    void retryNow(OutPath path) {
        guard.lock();
        try {
            path.backoffUntil = 0;
            wake(path, clock.millis());
        } finally {
            guard.unlock();
        }
    }

    /** Asks for a queue's route now. */
    void retryNow(Queue queue) {
        guard.lock();
        try {
            if (queue.standing == Queue.Standing.RESTING) {
                route(queue);
            }
            for (Queue.Share share : queue.shares) {
                retryNow(share.path());
            }
        } finally {
            guard.unlock();
        }
    }

    List<OutPath> paths() {
        guard.lock();
        try {
            return List.copyOf(paths.values());
        } finally {
            guard.unlock();
        }
    }

    // -- end ----------------------------------------------------------------------------------------------------------

    /** While outcomes cannot be stored nothing is sent: after a crash it would all be sent again. */
    void pause(boolean pause) {
        guard.lock();
        try {
            boolean over = paused && !pause;
            paused = pause;
            if (over) {
                long now = clock.millis();
                paths.values().forEach(path -> wake(path, now));
            }
        } finally {
            guard.unlock();
        }
    }

    /** No new sends from here on; idle channels close. */
    void stop() {
        guard.lock();
        try {
            stopping = true;
            paths.values().forEach(path -> path.idle.forEach(Courier::end));
        } finally {
            guard.unlock();
        }
    }

    boolean isStopping() {
        guard.lock();
        try {
            return stopping;
        } finally {
            guard.unlock();
        }
    }

    /** Channels that are open or being opened. */
    int channels() {
        guard.lock();
        try {
            return channels;
        } finally {
            guard.unlock();
        }
    }

    /** Whether a channel is being opened or does something else than wait. */
    boolean isWorking() {
        guard.lock();
        try {
            for (OutPath path : paths.values()) {
                if (path.opening > 0 || path.established != path.idle.size()) {
                    return true;
                }
            }
            return false;
        } finally {
            guard.unlock();
        }
    }

    List<Courier> couriers() {
        guard.lock();
        try {
            List<Courier> all = new ArrayList<>();
            paths.values().forEach(path -> all.addAll(path.couriers));
            return all;
        } finally {
            guard.unlock();
        }
    }
}

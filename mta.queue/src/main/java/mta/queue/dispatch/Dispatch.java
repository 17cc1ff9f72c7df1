package mta.queue.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import mta.core.intake.MessageId;
import mta.core.node.Gate;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.Records;
import mta.queue.entry.BadEntry;
import mta.queue.entry.Entry;
import mta.queue.entry.EntryCodec;
import mta.queue.entry.Outline;
import mta.queue.index.Index;
import mta.queue.policy.Facts;
import mta.queue.policy.Policies;
import mta.queue.spool.Batch;
import mta.queue.spool.Durability;
import mta.queue.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatch as a whole: loads what is in the spool, keeps time, and hands work to threads. Its clock thread does what
 * is due; each channel has a virtual thread; looking up destinations and telling senders happens on a bounded number of
 * virtual threads. Thread-safe.
 */
public final class Dispatch {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** The message under which the spool keeps {@link Steering}; ids of mail are times and far above. */
    private static final long STEERING = 1;

    private static final int ATTENDED_AT_ONCE = 10_000;
    private static final long TICK_MILLIS = 100;
    private static final long SWEEP_TICKS = 600;
    private static final int SWEEP_STEP = 4096;

    final Spool spool;
    final Ledger ledger;
    final Clerk clerk;
    final Hooks hooks;
    final Told told;
    final Policies policies;
    final Destinations destinations;
    final InstantSource clock;
    private final Router router;
    private final Chores routing;
    private final Chores attending;
    private final AtomicBoolean reroute = new AtomicBoolean();
    private final ReentrantLock steeringLock = new ReentrantLock();
    private volatile boolean running;
    private volatile boolean loading = true;
    private volatile long unreadable;
    private final Records records;
    private volatile Thread ticker;
    private volatile Thread loader;
    private volatile Duration stopTimeout;
    private volatile Duration transportTimeout;
    private Runnable alsoEveryTick = () -> {};
    /** What delivery waits for; empty once it has begun. Used by the clock. */
    private Optional<Gate> gate = Optional.empty();

    private long policyGeneration;
    private long lastTidy;
    private long tidiedPlan;
    private long lastForget;
    private boolean steeringStored;

    public Dispatch(
            Spool spool,
            Policies policies,
            HookPoints hookPoints,
            Records records,
            InstantSource clock,
            DispatchSettings settings) {
        this.spool = spool;
        this.policies = policies;
        this.hooks = new Hooks(hookPoints);
        this.told = new Told(records);
        this.records = records;
        this.clock = clock;
        this.stopTimeout = settings.stopTimeout();
        this.transportTimeout = settings.transportTimeout();
        this.ledger = new Ledger(new Index(), policies, clock);
        this.destinations = new Destinations(hooks, clock);
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        var noPath = policies.effective(Facts.queue("", "", "")).path();
        this.clerk = new Clerk(spool, ledger, hooks, told, clock, random, noPath);
        this.router = new Router(ledger, policies, destinations, hooks);
        this.routing = new Chores("queue-router", settings.routers());
        this.attending = new Chores("queue-clerk", settings.clerks());
        this.policyGeneration = policies.generation();
        ledger.work(new Helpers());
    }

    // -- life ---------------------------------------------------------------------------------------------------------

    /**
     * Loads what is in the spool and starts the clock. Delivers, while it still loads, once the gate is open: before, a
     * transport that comes a moment later would count as missing, and its mail would rest.
     *
     * @param everyTick what else the clock's thread does, about ten times a second
     */
    public void start(Runnable everyTick, Gate gate) {
        running = true;
        alsoEveryTick = everyTick;
        this.gate = Optional.of(gate);
        ticker = Thread.ofPlatform().name("queue-clock").daemon().start(this::keepTime);
        loader = Thread.ofPlatform().name("queue-loader").daemon().start(this::load);
    }

    /** Loads on the calling thread; the clock is the caller's, who calls {@link #tick}. For tests. */
    void startWithoutClock() {
        running = true;
        open();
        load();
    }

    private void open() {
        gate = Optional.empty();
        routing.open();
        attending.open();
    }

    private void load() {
        long start = System.nanoTime();
        try {
            spool.replay((message, number, state) -> {
                if (!running) {
                    throw new Stopped();
                }
                loaded(message, number, state);
            });
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            LOG.info("loaded {} entries in {} ms", ledger.index.size(), millis);
        } catch (Stopped e) {
            LOG.info("stopped while loading");
        } catch (RuntimeException e) {
            LOG.error("loading the queue", e);
        } finally {
            loading = false;
        }
    }

    /** Ends a replay early. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }

    private void loaded(long message, int number, java.nio.ByteBuffer state) {
        if (message == STEERING) {
            byte[] octets = new byte[state.remaining()];
            state.get(octets);
            steeringStored = true;
            steering(octets);
            return;
        }
        try {
            Outline outline = EntryCodec.outline(state);
            ledger.add(message, number, outline, ledger.queue(Ledger.key(outline)));
        } catch (BadEntry e) {
            unreadable++;
            LOG.error(
                    "message {} entry {} stays in the spool and is left alone: {}",
                    MessageId.text(message),
                    number,
                    e.getMessage());
        }
    }

    /** What cannot be read keeps no mail from being loaded; the next suspension or redirection writes it anew. */
    private void steering(byte[] octets) {
        try {
            ledger.steering(SteeringCodec.decode(octets));
        } catch (RuntimeException e) {
            LOG.error(
                    "suspensions and redirections of queues cannot be read and are NOT in force: give them again with "
                            + "'queue suspend' and 'queue redirect'",
                    e);
        }
    }

    public void transportTimeout(Duration other) {
        transportTimeout = other;
    }

    public void stopTimeout(Duration other) {
        stopTimeout = other;
    }

    public boolean isLoading() {
        return loading;
    }

    /** Entries whose state this version cannot read. */
    public long unreadable() {
        return unreadable;
    }

    /**
     * Stops: no new sends, what is on the wire may finish within the time limit, the rest stays queued. The spool is the
     * caller's to close, afterwards.
     */
    public void stop() throws InterruptedException {
        running = false;
        ledger.stop();
        hurry();
        if (loader != null) {
            loader.join();
        }
        if (ticker != null) {
            ticker.join();
        }
        long until = System.nanoTime() + stopTimeout.toNanos();
        while (ledger.channels() > 0 && System.nanoTime() < until) {
            Thread.sleep(5);
        }
        if (ledger.channels() > 0) {
            LOG.warn("{} channels did not finish within {}: interrupted", ledger.channels(), stopTimeout);
            ledger.couriers().forEach(Courier::interrupt);
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (ledger.channels() > 0 && System.nanoTime() < patience) {
                Thread.sleep(5);
            }
        }
        long left = Math.max(TimeUnit.SECONDS.toNanos(2), until - System.nanoTime());
        if (!attending.close(left) || !routing.close(TimeUnit.SECONDS.toNanos(1))) {
            LOG.warn("plugins did not answer in time; what they were asked about stays queued");
        }
    }

    // -- mail ---------------------------------------------------------------------------------------------------------

    /** Entries about to be stored, with their queues. */
    public static final class Prepared {
        private final List<Entry> entries;
        private final List<Queue> queues;

        private Prepared(List<Entry> entries, List<Queue> queues) {
            this.entries = entries;
            this.queues = queues;
        }
    }

    /** Call before a new message is stored, so that policy is asked before anybody waits. */
    public Prepared prepare(List<Entry> entries) {
        List<Queue> queues = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            queues.add(ledger.queue(Clerk.key(entry)));
        }
        return new Prepared(entries, queues);
    }

    /** Queues what is on disk now. */
    public void add(Prepared prepared) {
        for (int i = 0; i < prepared.entries.size(); i++) {
            Entry entry = prepared.entries.get(i);
            ledger.add(entry.message().id(), entry.number(), Outline.of(entry), prepared.queues.get(i));
        }
    }

    /** Whether the queue has a message of this id. */
    public boolean has(long message) {
        return ledger.index.find(message, 0) != Index.NONE;
    }

    public Index index() {
        return ledger.index;
    }

    // -- steering -----------------------------------------------------------------------------------------------------

    /** Changes suspensions and redirections; on disk when this returns. */
    Steering steer(UnaryOperator<Steering> change) {
        steeringLock.lock();
        try {
            Steering now = change.apply(ledger.steering());
            byte[] state = SteeringCodec.encode(now);
            Batch batch = steeringStored
                    ? new Batch().update(STEERING, 0, state)
                    : new Batch().put(STEERING, new byte[0], state);
            spool.commit(batch, Durability.SYNCED);
            steeringStored = true;
            ledger.steering(now);
            return now;
        } finally {
            steeringLock.unlock();
        }
    }

    // -- the clock ----------------------------------------------------------------------------------------------------

    private void keepTime() {
        while (running) {
            long wait = TICK_MILLIS;
            try {
                alsoEveryTick.run();
                if (gate.isPresent() && gate.get().deliveryWaitsFor().isEmpty()) {
                    open();
                }
                long next = tick();
                wait = Math.clamp(next - clock.millis(), 1, TICK_MILLIS);
            } catch (RuntimeException | LinkageError e) {
                LOG.error("queue clock", e);
            }
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(wait));
        }
    }

    /** Whether somebody is being told, a destination looked up, or a channel at work. */
    boolean isBusy() {
        return attending.isBusy() || routing.isBusy() || ledger.isWorking();
    }

    /** A part of the round that looks for what has expired; true at its end. For tests, whose time jumps. */
    boolean sweepRound() {
        return ledger.sweep(SWEEP_STEP);
    }

    /** Does what is due; returns when the next timer is. */
    long tick() {
        long now = clock.millis();
        if (policies.generation() != policyGeneration && reroute.compareAndSet(false, true)) {
            policyGeneration = policies.generation();
            attending.add(this::routeAllAgain);
        }
        ledger.pause(spool.status().trouble().isPresent());
        long next = ledger.tick();
        ledger.sweep((int) Math.max(SWEEP_STEP, ledger.index.size() / SWEEP_TICKS));
        try (Pin pin = hooks.pin()) {
            // With a new plan at once: a transport that is being replaced waits for the end of its idle channels.
            if (now - lastTidy >= 1000 || now < lastTidy || pin.plan() != tidiedPlan) {
                lastTidy = now;
                ledger.couriers().forEach(courier -> courier.watch(transportTimeout));
                tidiedPlan = pin.plan();
                ledger.tidy(pin);
            }
        }
        if (now - lastForget >= 30_000 || now < lastForget) {
            lastForget = now;
            ledger.forgetQueues();
        }
        return next;
    }

    private void routeAllAgain() {
        reroute.set(false);
        ledger.routeAllAgain();
    }

    // -- work for the ledger ------------------------------------------------------------------------------------------

    private final class Helpers implements Work {
        @Override
        public void route(Queue queue) {
            if (queue.failures > 0) {
                routing.addSlow(() -> router.route(queue));
            } else {
                routing.add(() -> router.route(queue));
            }
        }

        @Override
        public void returnAll(Queue queue) {
            attending.add(() -> {
                var taken = ledger.nextToReturn(queue);
                while (taken.isPresent()) {
                    clerk.with(
                            taken.get(),
                            each -> clerk.returnMail(
                                    each, ledger.lastReply(queue).orElseThrow()));
                    taken = ledger.nextToReturn(queue);
                }
            });
        }

        @Override
        public void open(OutPath path) {
            Thread.ofVirtual().name("courier").start(new Courier(path, ledger, clerk, hooks, clock, records));
        }

        @Override
        public void attend(Taken taken) {
            attending.add(() -> clerk.with(taken, clerk::attend));
        }

        @Override
        public boolean busy() {
            return attending.waiting() > ATTENDED_AT_ONCE;
        }

        @Override
        public void hurry() {
            Dispatch.this.hurry();
        }
    }

    private void hurry() {
        Thread now = ticker;
        if (now != null) {
            LockSupport.unpark(now);
        }
    }
}

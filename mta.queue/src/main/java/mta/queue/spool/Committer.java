package mta.queue.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import mta.queue.spool.SpoolException.Kind;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group commit. Any thread hands batches in and parks; one platform thread takes all that wait, writes them as one
 * RocksDB batch, syncs once if one of them asks for it, and wakes their threads. While it syncs, the next group
 * gathers.
 *
 * <p>After a failed write the database is reopened once a second until it works again. New mail of a failed group whose
 * caller waits is taken back, because he will answer 4xx; everything else is written again, because an outcome that
 * was forgotten would be a mail sent twice.
 */
final class Committer {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final long GROUP_BYTES = 8L << 20;
    private static final long WAITING_BYTES = 64L << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A batch and who waits for it. */
    private static final class Work {
        final Batch batch;
        final Durability durability;
        final Thread waiter;
        final long bytes;
        volatile boolean settled;
        SpoolException failure;

        Work(Batch batch, Durability durability) {
            this.batch = batch;
            this.durability = durability;
            this.waiter = Thread.currentThread();
            this.bytes = batch.bytes();
        }

        void settle(SpoolException outcome) {
            if (settled) {
                return;
            }
            failure = outcome;
            settled = true;
            if (durability != Durability.SUBMITTED) {
                LockSupport.unpark(waiter);
            }
        }
    }

    private final SpoolSettings settings;
    private final Store store;
    private final Marks marks;
    private final Recent recent;
    private final Disk disk;
    private final Thread thread =
            Thread.ofPlatform().name("spool-committer").daemon().unstarted(this::run);

    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition arrived = waiting.newCondition();
    private final Condition room = waiting.newCondition();
    private List<Work> works = new ArrayList<>();
    private volatile long waitingBytes;
    private boolean closing;

    // Written by the committer only.
    private final WriteBatch group = new WriteBatch();
    private final List<Long> gone = new ArrayList<>();
    private final List<Work> again = new ArrayList<>();
    private final List<Long> takenBack = new ArrayList<>();
    private boolean unsynced;
    private long lastSync = System.nanoTime();
    private long lastLook = lastSync - LOOK_NANOS;
    private long lastRecovery = lastLook;
    private volatile long free = Long.MAX_VALUE;
    private volatile boolean underFloor;
    private volatile SpoolException trouble;
    private volatile long groups;
    private volatile long batches;
    private volatile long syncs;

    Committer(SpoolSettings settings, Store store, Marks marks, Recent recent, Disk disk) {
        this.settings = settings;
        this.store = store;
        this.marks = marks;
        this.recent = recent;
        this.disk = disk;
    }

    void start() {
        look();
        thread.start();
    }

    // -- callers ------------------------------------------------------------------------------------------------------

    void refuseNewMail() {
        SpoolException now = trouble;
        if (now != null) {
            throw new SpoolException(now.kind(), now.getMessage(), now);
        }
        if (underFloor) {
            throw new SpoolException(
                    Kind.FULL,
                    "spool: " + (free >> 20) + " MiB free, the floor is " + (settings.floorBytes() >> 20) + " MiB");
        }
    }

    void commit(Batch batch, Durability durability) {
        if (batch.isNewMail()) {
            refuseNewMail();
        }
        Work work = new Work(batch, durability);
        hand(work);
        if (durability == Durability.SUBMITTED) {
            return;
        }
        boolean interrupted = false;
        while (!work.settled) {
            LockSupport.park(this);
            // The outcome must be known before anything is answered, so an interrupt waits.
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (work.failure != null) {
            throw new SpoolException(work.failure.kind(), work.failure.getMessage(), work.failure);
        }
    }

    private void hand(Work work) {
        waiting.lock();
        try {
            while (waitingBytes > WAITING_BYTES && !closing) {
                room.awaitUninterruptibly();
            }
            if (closing) {
                throw new SpoolException(Kind.CLOSED, "the spool is closed");
            }
            works.add(work);
            count(work.bytes);
            if (works.size() == 1) {
                arrived.signal();
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Under the lock. */
    private void count(long bytes) {
        waitingBytes = waitingBytes + bytes;
    }

    SpoolStatus status() {
        return new SpoolStatus(
                Optional.ofNullable(trouble), underFloor, free, waitingBytes, recent.bytes(), groups, batches, syncs);
    }

    /** Returns when everything handed in is on disk, or cannot be. */
    void close() {
        waiting.lock();
        try {
            closing = true;
            arrived.signal();
            room.signalAll();
        } finally {
            waiting.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // -- the committer's thread ---------------------------------------------------------------------------------------

    private void run() {
        List<Work> taken = take();
        while (!taken.isEmpty() || !isClosing()) {
            try {
                look();
                if (trouble != null) {
                    recover();
                }
                if (trouble != null) {
                    refuse(taken);
                } else {
                    write(taken);
                }
            } catch (RuntimeException | Error e) {
                // A bug must not leave threads parked for ever.
                LOG.error("spool committer", e);
                fail(taken, new SpoolException(Kind.IO, "spool: " + e, e));
            }
            taken = take();
        }
        if (!again.isEmpty()) {
            LOG.error(
                    "spool closed with {} outcomes that could not be written: these messages may be sent twice",
                    again.size());
        }
        if (unsynced && trouble == null) {
            try {
                store.sync();
            } catch (RocksDBException e) {
                LOG.error("last sync of the spool", e);
            }
        }
        group.close();
    }

    private boolean isClosing() {
        waiting.lock();
        try {
            return closing && works.isEmpty();
        } finally {
            waiting.unlock();
        }
    }

    /** Waits for work, at most until the next look at the disk or the next due sync. */
    private List<Work> take() {
        waiting.lock();
        try {
            if (works.isEmpty() && !closing) {
                long until = unsynced ? Math.min(settings.syncAfter().toNanos(), LOOK_NANOS) : LOOK_NANOS;
                arrived.await(until, TimeUnit.NANOSECONDS);
            }
            List<Work> taken = works;
            int count = 0;
            long bytes = 0;
            while (count < taken.size() && bytes < GROUP_BYTES) {
                bytes += taken.get(count++).bytes;
            }
            works = new ArrayList<>(taken.subList(count, taken.size()));
            count(-bytes);
            room.signalAll();
            return count == taken.size() ? taken : new ArrayList<>(taken.subList(0, count));
        } catch (InterruptedException e) {
            return List.of();
        } finally {
            waiting.unlock();
        }
    }

    private void look() {
        long now = System.nanoTime();
        if (now - lastLook < LOOK_NANOS) {
            return;
        }
        lastLook = now;
        try {
            free = disk.free(settings.directory());
        } catch (IOException e) {
            LOG.warn("free space of {}: {}", settings.directory(), e.toString());
        }
        underFloor = free < settings.floorBytes();
    }

    private void write(List<Work> taken) {
        boolean sync = false;
        try {
            for (Work work : taken) {
                sync |= work.durability == Durability.SYNCED;
            }
            if (!taken.isEmpty()) {
                disk.beforeWrite();
                fill(taken);
                store.write(group);
                unsynced = true;
                remember(taken);
                groups++;
                batches += taken.size();
                for (Work work : taken) {
                    if (work.durability == Durability.WRITTEN) {
                        work.settle(null);
                    }
                }
            }
            if (sync
                    || unsynced
                            && System.nanoTime() - lastSync
                                    > settings.syncAfter().toNanos()) {
                disk.beforeSync();
                store.sync();
                unsynced = false;
                lastSync = System.nanoTime();
                syncs++;
            }
            taken.forEach(work -> work.settle(null));
        } catch (RocksDBException e) {
            fail(taken, Store.failure(e));
        } catch (SpoolException e) {
            fail(taken, e);
        }
    }

    // -- a group ------------------------------------------------------------------------------------------------------

    private void fill(List<Work> taken) throws RocksDBException {
        group.clear();
        gone.clear();
        Map<Long, TreeSet<Integer>> live = new HashMap<>();
        Map<Long, Integer> pieces = new HashMap<>();
        for (Work work : taken) {
            for (Change change : work.batch.changes()) {
                if (change instanceof Change.State state && state.entry() > 0) {
                    marks.set(state.message());
                } else if (change instanceof Change.NewBody body && body.rest().isPresent()) {
                    marks.set(body.message());
                }
            }
        }
        for (Work work : taken) {
            for (Change change : work.batch.changes()) {
                add(change, live, pieces);
            }
        }
    }

    private void add(Change change, Map<Long, TreeSet<Integer>> live, Map<Long, Integer> pieces)
            throws RocksDBException {
        switch (change) {
            case Change.NewBody body -> addBody(body, pieces);
            case Change.State(long message, int entry, byte[] state, boolean _) -> {
                if (marks.has(message)) {
                    live.computeIfAbsent(message, store::entries).add(entry);
                }
                group.put(store.states, Keys.part(message, entry), state);
            }
            case Change.Remove(long message, int entry) -> {
                group.delete(store.states, Keys.part(message, entry));
                if (!marks.has(message)) {
                    // Written once, so a single delete, which ends both as soon as they meet.
                    group.singleDelete(store.bodies, Keys.message(message));
                    return;
                }
                TreeSet<Integer> left = live.computeIfAbsent(message, store::entries);
                left.remove(entry);
                if (left.isEmpty()) {
                    removeLarge(message, pieces);
                    gone.add(message);
                }
            }
            case Change.Piece(long message, int number, byte[] content) -> {
                if (number == 1) {
                    group.put(store.large, Keys.message(message), new byte[0]);
                }
                group.put(store.bodies, Keys.part(message, number), content);
            }
            case Change.Abandon(long message, int last) -> {
                removePieces(message, last + 1);
                group.delete(store.large, Keys.message(message));
            }
        }
    }

    private void addBody(Change.NewBody body, Map<Long, Integer> pieces) throws RocksDBException {
        byte[] key = Keys.message(body.message());
        group.put(store.bodies, key, body.head());
        if (body.rest().isPresent() && body.rest().get().written() > 0) {
            int count = body.rest().get().written() + 1;
            long bytes = body.head().length + body.rest().get().bytes();
            group.put(
                    store.large,
                    key,
                    ByteBuffer.allocate(12).putInt(count).putLong(bytes).array());
            pieces.put(body.message(), count);
        }
    }

    private void removeLarge(long message, Map<Long, Integer> pieces) throws RocksDBException {
        group.delete(store.bodies, Keys.message(message));
        Integer count = pieces.get(message);
        if (count == null) {
            byte[] large = store.find(store.large, Keys.message(message));
            count = large == null || large.length == 0
                    ? 1
                    : ByteBuffer.wrap(large).getInt();
        }
        if (count > 1) {
            removePieces(message, count);
            group.delete(store.large, Keys.message(message));
        }
    }

    private void removePieces(long message, int count) throws RocksDBException {
        for (int number = 1; number < count; number++) {
            group.delete(store.bodies, Keys.part(message, number));
        }
    }

    /** Brings the cache up to date with a written group. */
    private void remember(List<Work> taken) {
        for (Work work : taken) {
            for (Change change : work.batch.changes()) {
                switch (change) {
                    case Change.NewBody(long message, byte[] head, Optional<RocksDraft> rest) -> {
                        rest.ifPresentOrElse(RocksDraft::committed, () -> recent.body(message, head));
                    }
                    case Change.State(long message, int entry, byte[] state, boolean _) ->
                        recent.state(message, entry, state);
                    case Change.Remove(long message, int entry) -> {
                        if (marks.has(message)) {
                            recent.forget(message, entry);
                        } else {
                            recent.forget(message);
                        }
                    }
                    case Change.Piece _, Change.Abandon _ -> {}
                }
            }
        }
        gone.forEach(recent::forget);
    }

    // -- trouble ------------------------------------------------------------------------------------------------------

    /** Storage failed under a group: nobody in it may believe that his data is safe. */
    private void fail(List<Work> taken, SpoolException failure) {
        if (trouble == null) {
            LOG.error("spool cannot write: {}", failure.getMessage());
        }
        trouble = failure;
        lastRecovery = System.nanoTime();
        List<Work> open = taken.stream().filter(work -> !work.settled).toList();
        for (Work work : open) {
            if (isTakenBack(work)) {
                for (Change change : work.batch.changes()) {
                    if (change instanceof Change.NewBody body) {
                        takenBack.add(body.message());
                        recent.forget(body.message());
                    }
                }
            } else {
                keep(work);
            }
        }
        open.forEach(work -> work.settle(failure));
    }

    private static boolean isTakenBack(Work work) {
        return work.durability != Durability.SUBMITTED && work.batch.isNewMail();
    }

    private void refuse(List<Work> taken) {
        SpoolException now = trouble;
        for (Work work : taken) {
            if (!isTakenBack(work)) {
                keep(work);
            }
            work.settle(now);
        }
    }

    /** Kept work counts as waiting, so that its memory is bounded: further outcomes then wait in {@link #hand}. */
    private void keep(Work work) {
        again.add(work);
        waiting.lock();
        try {
            count(work.bytes);
        } finally {
            waiting.unlock();
        }
    }

    private void forgetKept() {
        waiting.lock();
        try {
            again.forEach(work -> count(-work.bytes));
            room.signalAll();
        } finally {
            waiting.unlock();
        }
        again.clear();
    }

    private void recover() {
        long now = System.nanoTime();
        if (trouble.kind() == Kind.FULL && underFloor || now - lastRecovery < LOOK_NANOS) {
            return;
        }
        lastRecovery = now;
        try {
            store.reopen();
            group.clear();
            for (long message : takenBack) {
                for (int entry : store.entries(message)) {
                    group.delete(store.states, Keys.part(message, entry));
                }
                removeLarge(message, Map.of());
            }
            store.write(group);
            fill(again);
            disk.beforeWrite();
            store.write(group);
            remember(again);
            disk.beforeSync();
            store.sync();
            LOG.info(
                    "spool writes again; {} outcomes caught up, {} refused messages taken back",
                    again.size(),
                    takenBack.size());
            forgetKept();
            takenBack.clear();
            unsynced = false;
            trouble = null;
        } catch (RocksDBException e) {
            trouble = Store.failure(e);
        } catch (SpoolException e) {
            trouble = e;
        }
    }
}

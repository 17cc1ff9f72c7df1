package mta.queue.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;

/**
 * The queued entries in columns of primitives. An entry has a <em>slot</em>, which another may get once it is removed:
 * keep a slot only under the {@link #guard}, or ask {@link #is} before using it again.
 *
 * <p>Thread-safe: every method takes the guard. Times are seconds since 1970, kept unsigned in 32 bits (to 2106).
 */
public final class Index {

    /** No slot. */
    public static final int NONE = -1;

    private static final int ROWS_AT_ONCE = 4096;
    private static final long MAX = 0xffff_fffeL;

    private final ReentrantLock guard = new ReentrantLock();
    private final Columns.Longs messages = new Columns.Longs(Columns.PAGE_BITS, 0);
    private final Columns.Ints entries = ints();
    private final Columns.Ints queueNumbers = ints();
    private final Columns.Ints senderNumbers = ints();
    private final Columns.Ints arrivals = ints();
    private final Columns.Ints dues = ints();
    private final Columns.Ints expiries = ints();
    private final Columns.Ints sizes = ints();
    private final Columns.Shorts attempts = new Columns.Shorts();
    private final Columns.Shorts recipients = new Columns.Shorts();
    private final Columns.Bytes priorities = new Columns.Bytes();
    /** The state's ordinal + 1; 0 in a free slot, whose due time is then the next free slot. */
    private final Columns.Bytes states = new Columns.Bytes();

    private final Links links = new Links();
    private final Slots slots = new Slots(messages, entries);
    final Queues queues = new Queues();
    final Names senders = new Names();
    private int limit;
    private int free = NONE;
    private int size;
    private int sweep;

    private static Columns.Ints ints() {
        return new Columns.Ints(Columns.PAGE_BITS, 0);
    }

    /**
     * The lock that guards the index and the schedule. Hold it to make several steps one; never over I/O or a hook
     * call.
     */
    public ReentrantLock guard() {
        return guard;
    }

    // -- entries ------------------------------------------------------------------------------------------------------

    /**
     * Adds an entry and returns its slot. It is counted, and linked nowhere: the schedule does that.
     *
     * @throws IllegalArgumentException if this entry of this message is there already
     */
    public int add(Entry entry) {
        guard.lock();
        try {
            if (slots.find(entry.message(), entry.entry()) >= 0) {
                throw new IllegalArgumentException(
                        "entry " + entry.entry() + " of message " + entry.message() + " is indexed already");
            }
            int slot = freeSlot();
            messages.set(slot, entry.message());
            entries.set(slot, entry.entry());
            queueNumbers.set(slot, queues.take(entry.queue()));
            senderNumbers.set(slot, senders.take(entry.sender()));
            arrivals.set(slot, unsigned(entry.arrival()));
            dues.set(slot, unsigned(entry.due()));
            expiries.set(slot, unsigned(entry.expiry()));
            sizes.set(slot, unsigned(entry.bytes()));
            attempts.set(slot, entry.attempts());
            recipients.set(slot, entry.recipients());
            priorities.set(slot, entry.priority());
            states.set(slot, entry.state().ordinal() + 1);
            slots.add(slot);
            queues.add(queueNumbers.at(slot), entry.state().ordinal(), bytesAt(slot), arrivals.at(slot));
            size++;
            return slot;
        } finally {
            guard.unlock();
        }
    }

    private int freeSlot() {
        if (free != NONE) {
            int slot = free;
            free = dues.at(slot);
            return slot;
        }
        int slot = limit++;
        if ((slot & (1 << Columns.PAGE_BITS) - 1) != 0) {
            return slot;
        }
        messages.reach(slot);
        for (Columns.Ints column : List.of(entries, queueNumbers, senderNumbers, arrivals, dues, expiries, sizes)) {
            column.reach(slot);
        }
        attempts.reach(slot);
        recipients.reach(slot);
        priorities.reach(slot);
        states.reach(slot);
        links.reach(slot);
        slots.reach(slot);
        return slot;
    }

    private static int unsigned(long value) {
        return (int) Math.clamp(value, 0, MAX);
    }

    /** Removes an entry, out of whatever list it is in; its slot is free for another. */
    public void remove(int slot) {
        guard.lock();
        try {
            check(slot);
            links.unlink(slot);
            slots.remove(slot);
            queues.remove(queueNumbers.at(slot), states.at(slot) - 1, bytesAt(slot));
            senders.give(senderNumbers.at(slot));
            states.set(slot, 0);
            dues.set(slot, free);
            free = slot;
            size--;
        } finally {
            guard.unlock();
        }
    }

    /** The slot of an entry, or {@link #NONE}. */
    public int find(long message, int entry) {
        guard.lock();
        try {
            return slots.find(message, entry);
        } finally {
            guard.unlock();
        }
    }

    /** Whether a slot is still that of this entry: ask before using one kept from earlier. */
    public boolean is(int slot, long message, int entry) {
        guard.lock();
        try {
            return isLive(slot) && messages.at(slot) == message && entries.at(slot) == entry;
        } finally {
            guard.unlock();
        }
    }

    /** The entry in a slot, by value. */
    public Entry entry(int slot) {
        guard.lock();
        try {
            check(slot);
            return new Entry(
                    messages.at(slot),
                    entries.at(slot),
                    queues.key(queueNumbers.at(slot)),
                    senders.name(senderNumbers.at(slot)),
                    long32(arrivals, slot),
                    long32(dues, slot),
                    long32(expiries, slot),
                    attempts.at(slot),
                    priorities.at(slot),
                    stateAt(slot),
                    bytesAt(slot),
                    recipients.at(slot));
        } finally {
            guard.unlock();
        }
    }

    /** Entries in it. */
    public int size() {
        guard.lock();
        try {
            return size;
        } finally {
            guard.unlock();
        }
    }

    // -- changes ------------------------------------------------------------------------------------------------------

    /** Moves an entry to a state and counts it there; it leaves the list it was in. */
    public void state(int slot, EntryState state) {
        guard.lock();
        try {
            check(slot);
            links.unlink(slot);
            int from = states.at(slot) - 1;
            if (from != state.ordinal()) {
                states.set(slot, state.ordinal() + 1);
                queues.move(queueNumbers.at(slot), from, state.ordinal());
            }
        } finally {
            guard.unlock();
        }
    }

    public void due(int slot, long seconds) {
        change(dues, slot, seconds);
    }

    public void expiry(int slot, long seconds) {
        change(expiries, slot, seconds);
    }

    private void change(Columns.Ints column, int slot, long value) {
        guard.lock();
        try {
            check(slot);
            column.set(slot, unsigned(value));
        } finally {
            guard.unlock();
        }
    }

    public void attempts(int slot, int count) {
        guard.lock();
        try {
            check(slot);
            attempts.set(slot, count);
        } finally {
            guard.unlock();
        }
    }

    /** The recipients that are left. */
    public void recipients(int slot, int count) {
        guard.lock();
        try {
            check(slot);
            recipients.set(slot, count);
        } finally {
            guard.unlock();
        }
    }

    /** 0 (first) to 9 (last). A READY entry keeps its place until it is offered again. */
    public void priority(int slot, int priority) {
        guard.lock();
        try {
            check(slot);
            priorities.set(slot, priority);
        } finally {
            guard.unlock();
        }
    }

    /** Moves an entry to another queue; it leaves the list it was in. */
    public void queue(int slot, QueueKey key) {
        guard.lock();
        try {
            check(slot);
            links.unlink(slot);
            int state = states.at(slot) - 1;
            int to = queues.take(key);
            int from = queueNumbers.at(slot);
            if (to != from) {
                queues.add(to, state, bytesAt(slot), arrivals.at(slot));
                queues.remove(from, state, bytesAt(slot));
                queueNumbers.set(slot, to);
            }
        } finally {
            guard.unlock();
        }
    }

    // -- queues -------------------------------------------------------------------------------------------------------

    /** The number of an entry's queue: stable while the queue has entries. */
    public int queue(int slot) {
        guard.lock();
        try {
            check(slot);
            return queueNumbers.at(slot);
        } finally {
            guard.unlock();
        }
    }

    /** The number of a queue that has entries, or {@link #NONE}. */
    public int queue(QueueKey key) {
        guard.lock();
        try {
            return queues.find(key);
        } finally {
            guard.unlock();
        }
    }

    public QueueKey key(int queue) {
        guard.lock();
        try {
            return queues.key(queue);
        } finally {
            guard.unlock();
        }
    }

    /** Tells where a queue's mail goes, so that it is counted there. */
    public void site(int queue, String site) {
        guard.lock();
        try {
            queues.site(queue, site);
        } finally {
            guard.unlock();
        }
    }

    /** Whatever the owner of a queue wants to find with it, or empty. Forgotten when the queue has no more entries. */
    public Optional<Object> attachment(int queue) {
        guard.lock();
        try {
            return Optional.ofNullable(queues.attachment(queue));
        } finally {
            guard.unlock();
        }
    }

    public void attach(int queue, Object attachment) {
        guard.lock();
        try {
            queues.attach(queue, attachment);
        } finally {
            guard.unlock();
        }
    }

    // -- counts -------------------------------------------------------------------------------------------------------

    public Tally total() {
        guard.lock();
        try {
            return queues.total();
        } finally {
            guard.unlock();
        }
    }

    /** Queues that have entries. */
    public int queueCount() {
        guard.lock();
        try {
            return queues.size();
        } finally {
            guard.unlock();
        }
    }

    /** One row per name in use. Taken in pieces, so the sum may differ a little from {@link #total}. */
    public List<Tally> summary(Dimension dimension) {
        List<Tally> rows = new ArrayList<>();
        Names names = queues.names(dimension);
        Counts counts = queues.counts(dimension);
        inPieces(names::limit, row -> {
            if (names.name(row) != null) {
                rows.add(counts.tally(row, names.name(row)));
            }
        });
        return rows;
    }

    public Optional<Tally> summary(Dimension dimension, String name) {
        guard.lock();
        try {
            int row = queues.names(dimension).find(name);
            return row < 0
                    ? Optional.empty()
                    : Optional.of(queues.counts(dimension).tally(row, name));
        } finally {
            guard.unlock();
        }
    }

    /** Shows every queue that has entries, by key and counts. Called under the guard, in pieces. */
    public void eachQueue(BiConsumer<QueueKey, Tally> visitor) {
        inPieces(queues::limit, queue -> {
            if (queues.key(queue) != null) {
                visitor.accept(queues.key(queue), queues.tally(queue));
            }
        });
    }

    /** Counts of one queue, or empty if it has no entries. */
    public Optional<Tally> tally(QueueKey key) {
        guard.lock();
        try {
            int queue = queues.find(key);
            return queue < 0 ? Optional.empty() : Optional.of(queues.tally(queue));
        } finally {
            guard.unlock();
        }
    }

    private void inPieces(IntSupplier limit, SlotVisitor visitor) {
        int row = 0;
        boolean more = true;
        while (more) {
            guard.lock();
            try {
                int end = Math.min(limit.getAsInt(), row + ROWS_AT_ONCE);
                while (row < end) {
                    visitor.visit(row++);
                }
                more = row < limit.getAsInt();
            } finally {
                guard.unlock();
            }
        }
    }

    // -- walks --------------------------------------------------------------------------------------------------------

    /** A walk over the entries that a filter lets through; ages count from {@code now}. */
    public Scan scan(Filter filter, long now) {
        return new Scan(this, SlotTest.of(filter, this, now));
    }

    /**
     * One step of the endless round that makes expiry hold wherever an entry waits, and brings {@link Tally#oldest} up
     * to date. Shows what has expired, but for entries in flight, whose attempt decides. Returns true at the end of a
     * round. One thread calls it, a round a minute; 10 million entries take about 250 ms per round.
     */
    public boolean sweep(long now, int count, SlotVisitor expired) {
        guard.lock();
        try {
            int end = Math.min(limit, sweep + count);
            while (sweep < end) {
                int slot = sweep++;
                if (isLive(slot)) {
                    queues.sweep(queueNumbers.at(slot), arrivals.at(slot));
                    if (long32(expiries, slot) <= now && stateAt(slot) != EntryState.INFLIGHT) {
                        expired.visit(slot);
                    }
                }
            }
            if (sweep < limit) {
                return false;
            }
            queues.swept();
            sweep = 0;
            return true;
        } finally {
            guard.unlock();
        }
    }

    // -- under the guard ----------------------------------------------------------------------------------------------

    /** The lists of the schedule; hold the guard. */
    public Links links() {
        return links;
    }

    /** Hold the guard for this and the following, which look at one column of a live slot. */
    public long messageAt(int slot) {
        return messages.at(slot);
    }

    public int entryAt(int slot) {
        return entries.at(slot);
    }

    public int queueAt(int slot) {
        return queueNumbers.at(slot);
    }

    public EntryState stateAt(int slot) {
        return EntryState.ALL[states.at(slot) - 1];
    }

    public long dueAt(int slot) {
        return long32(dues, slot);
    }

    public long expiryAt(int slot) {
        return long32(expiries, slot);
    }

    public long arrivalAt(int slot) {
        return long32(arrivals, slot);
    }

    public long bytesAt(int slot) {
        return long32(sizes, slot);
    }

    public int attemptsAt(int slot) {
        return attempts.at(slot);
    }

    public int priorityAt(int slot) {
        return priorities.at(slot);
    }

    int senderAt(int slot) {
        return senderNumbers.at(slot);
    }

    long number(int slot, Filter.Field field, long now) {
        return switch (field) {
            case AGE -> now - long32(arrivals, slot);
            case DUE_IN -> long32(dues, slot) - now;
            case EXPIRES_IN -> long32(expiries, slot) - now;
            case BYTES -> bytesAt(slot);
            case ATTEMPTS -> attempts.at(slot);
            case PRIORITY -> priorities.at(slot);
            case RECIPIENTS -> recipients.at(slot);
        };
    }

    int limit() {
        return limit;
    }

    boolean isLive(int slot) {
        return slot >= 0 && slot < limit && states.at(slot) != 0;
    }

    private void check(int slot) {
        if (!isLive(slot)) {
            throw new IllegalArgumentException("slot " + slot + " is free");
        }
    }

    private static long long32(Columns.Ints column, int slot) {
        return Integer.toUnsignedLong(column.at(slot));
    }
}

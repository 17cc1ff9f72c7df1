package mta.queue.schedule;

import java.util.concurrent.locks.ReentrantLock;
import mta.queue.index.EntryState;
import mta.queue.index.Index;
import mta.queue.index.Links;
import mta.queue.index.SlotVisitor;

/**
 * A hierarchical timing wheel: every SCHEDULED entry hangs in the list of the second (or, far ahead, of the larger
 * span) in which it is due, by the link columns of the index, so that inserting, removing and expiring cost O(1) and
 * no memory. What is due beyond two years goes round once more.
 *
 * <p>An entry leaves the wheel by itself when its state changes or it is removed. Thread-safe by the index's guard;
 * one thread advances.
 */
public final class Wheel {

    /** Bits of the seconds that pick a list on each level, and how far to the left they are. */
    private static final int[] BITS = {8, 6, 6, 6};

    private static final int[] SHIFT = {0, 8, 14, 20};
    private static final long SPAN = 1L << 26;

    private final Index index;
    private final Links links;
    private final ReentrantLock guard;
    private final int[][] lists = new int[BITS.length][];
    private long second;

    /** @param now seconds since 1970; the wheel begins there */
    public Wheel(Index index, long now) {
        this.index = index;
        this.links = index.links();
        this.guard = index.guard();
        this.second = now;
        guard.lock();
        try {
            for (int level = 0; level < lists.length; level++) {
                lists[level] = new int[1 << BITS[level]];
                for (int i = 0; i < lists[level].length; i++) {
                    lists[level][i] = links.list();
                }
            }
        } finally {
            guard.unlock();
        }
    }

    /**
     * Schedules an entry: SCHEDULED, due then, or at its expiry if that is earlier, so that no entry waits past it.
     * What is due already comes with the next second that {@link #advance} reaches.
     */
    public void insert(int slot, long due) {
        guard.lock();
        try {
            index.state(slot, EntryState.SCHEDULED);
            index.due(slot, Math.min(due, index.expiryAt(slot)));
            link(slot);
        } finally {
            guard.unlock();
        }
    }

    private void link(int slot) {
        long when = Math.clamp(index.dueAt(slot), second, second + SPAN - 1);
        int level = 0;
        while (when - second >= 1L << SHIFT[level] + BITS[level]) {
            level++;
        }
        links.append(list(level, when), slot);
    }

    private int list(int level, long when) {
        return lists[level][(int) (when >>> SHIFT[level]) & (1 << BITS[level]) - 1];
    }

    /**
     * Shows entries that are due, oldest first, at most {@code limit} steps of work; each is out of the wheel and still
     * SCHEDULED: the visitor offers, holds, removes or inserts it again. Called under the guard.
     *
     * @return true when all that is due was shown; false when there is more: call again, and let others have the guard
     *         in between
     */
    public boolean advance(long now, int limit, SlotVisitor due) {
        guard.lock();
        try {
            int left = limit;
            while (second <= now) {
                left = cascade(left);
                if (left > 0) {
                    left = expire(left, due);
                }
                if (left <= 0) {
                    return false;
                }
                second++;
            }
            return true;
        } finally {
            guard.unlock();
        }
    }

    /** At the edge of a span, spreads its entries over the finer lists: step by step, as the limit allows. */
    private int cascade(int limit) {
        int left = limit;
        for (int level = BITS.length - 1; level > 0; level--) {
            if ((second & (1L << SHIFT[level]) - 1) != 0) {
                continue;
            }
            int list = list(level, second);
            while (left > 0 && !links.isEmpty(list)) {
                int slot = links.first(list);
                links.unlink(slot);
                link(slot);
                left--;
            }
        }
        return left;
    }

    private int expire(int limit, SlotVisitor due) {
        int list = list(0, second);
        int left = limit;
        while (left > 0 && !links.isEmpty(list)) {
            int slot = links.first(list);
            links.unlink(slot);
            left--;
            due.visit(slot);
        }
        return left;
    }
}

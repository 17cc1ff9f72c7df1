package mta.queue.index;

/**
 * A walk over all entries that a filter lets through, in steps, so that a long action neither stops dispatch nor needs
 * a copy. Entries that come while it runs may be seen or not; an entry that stays is seen exactly once. Used by one
 * thread.
 */
public final class Scan {

    private final Index index;
    private final SlotTest test;
    private int next;

    Scan(Index index, SlotTest test) {
        this.index = index;
        this.test = test;
    }

    /** Looks at up to this many slots under the guard (4096 take about 50 us); false when there are no more. */
    public boolean step(int slots, SlotVisitor visitor) {
        index.guard().lock();
        try {
            int end = Math.min(index.limit(), next + slots);
            while (next < end) {
                int slot = next++;
                if (index.isLive(slot) && test.test(slot)) {
                    visitor.visit(slot);
                }
            }
            return next < index.limit();
        } finally {
            index.guard().unlock();
        }
    }

    /** 0 to 1. */
    public double progress() {
        int limit = index.limit();
        return limit == 0 ? 1 : (double) next / limit;
    }
}

package mta.queue.index;

/**
 * Finds the slot of a (message, entry): linear hashing, which grows by one chain at a time, so that no insertion ever
 * pays for a table of millions. Guarded by the index.
 */
final class Slots {

    private final Columns.Longs messages;
    private final Columns.Ints entries;
    private final Columns.Ints chain = new Columns.Ints(Columns.PAGE_BITS, -1);
    private final Columns.Ints heads = new Columns.Ints(Columns.PAGE_BITS, -1);
    private int buckets = 1;
    private int size;

    Slots(Columns.Longs messages, Columns.Ints entries) {
        this.messages = messages;
        this.entries = entries;
        heads.reach(0);
    }

    private static int hash(long message, int entry) {
        long mixed = (message ^ (long) entry << 40) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & Integer.MAX_VALUE;
    }

    private int bucket(int hash) {
        int mask = Integer.highestOneBit(buckets) * 2 - 1;
        int bucket = hash & mask;
        return bucket < buckets ? bucket : bucket & mask >>> 1;
    }

    int find(long message, int entry) {
        int slot = heads.at(bucket(hash(message, entry)));
        while (slot >= 0 && (messages.at(slot) != message || entries.at(slot) != entry)) {
            slot = chain.at(slot);
        }
        return slot;
    }

    void reach(int slot) {
        chain.reach(slot);
    }

    void add(int slot) {
        if (++size > buckets) {
            split();
        }
        int bucket = bucket(hash(messages.at(slot), entries.at(slot)));
        chain.set(slot, heads.at(bucket));
        heads.set(bucket, slot);
    }

    private void split() {
        int fresh = buckets++;
        heads.reach(fresh);
        int old = fresh - Integer.highestOneBit(fresh);
        int slot = heads.at(old);
        heads.set(old, -1);
        heads.set(fresh, -1);
        while (slot >= 0) {
            int next = chain.at(slot);
            int bucket = bucket(hash(messages.at(slot), entries.at(slot)));
            chain.set(slot, heads.at(bucket));
            heads.set(bucket, slot);
            slot = next;
        }
    }

    void remove(int slot) {
        size--;
        int bucket = bucket(hash(messages.at(slot), entries.at(slot)));
        int at = heads.at(bucket);
        if (at == slot) {
            heads.set(bucket, chain.at(slot));
            return;
        }
        while (chain.at(at) != slot) {
            at = chain.at(at);
        }
        chain.set(at, chain.at(slot));
    }
}

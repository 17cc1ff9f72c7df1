package mta.core.hooks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last calls of plugins that were about a message or session, in a ring: what did run, for {@code mta:trace}. */
final class Traces {

    private static final int SIZE = 1 << 14;

    private final AtomicReferenceArray<Entry> ring = new AtomicReferenceArray<>(SIZE);
    private final AtomicLong next = new AtomicLong();

    /**
     * @param about id of the message or session
     * @param outcome verdict, answer or failure
     * @param edits how many were applied
     */
    record Entry(
            String about,
            Instant time,
            long plan,
            String point,
            String stage,
            String binding,
            String plugin,
            String version,
            String outcome,
            int edits,
            Duration took) {}

    void add(Entry entry) {
        ring.set((int) (next.getAndIncrement() & SIZE - 1), entry);
    }

    /** Oldest first. */
    List<Entry> about(String id) {
        var found = new ArrayList<Entry>();
        long end = next.get();
        for (long i = Math.max(0, end - SIZE); i < end; i++) {
            Entry entry = ring.get((int) (i & SIZE - 1));
            if (entry != null && entry.about().equals(id)) {
                found.add(entry);
            }
        }
        return found;
    }
}

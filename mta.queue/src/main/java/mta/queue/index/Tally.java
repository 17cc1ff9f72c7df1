package mta.queue.index;

import java.time.Instant;
import java.util.Optional;

/**
 * Counts of entries.
 *
 * @param bytes  sum of the sizes of their bodies; a body shared by entries counts for each
 * @param oldest arrival of the oldest entry; may be of one that left since the last sweep, never younger than the truth
 */
public record Tally(
        String name,
        long scheduled,
        long ready,
        long inflight,
        long held,
        long suspended,
        long bytes,
        Optional<Instant> oldest) {

    public long entries() {
        return scheduled + ready + inflight + held + suspended;
    }
}

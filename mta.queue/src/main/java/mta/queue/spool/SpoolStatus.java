package mta.queue.spool;

import java.util.Optional;

/**
 * How a spool stands.
 *
 * @param trouble      why nothing can be written now; empty when all is well
 * @param underFloor   whether free space is under the floor: new mail is refused, outcomes are still written
 * @param freeBytes    free space at the last look, which is at most a second old
 * @param waitingBytes submitted and not yet written
 * @param cachedBytes  bodies and states in memory
 * @param groups       groups written since the start
 * @param batches      batches in them: batches / groups is the gain of the group commit
 * @param syncs        syncs since the start
 */
public record SpoolStatus(
        Optional<SpoolException> trouble,
        boolean underFloor,
        long freeBytes,
        long waitingBytes,
        long cachedBytes,
        long groups,
        long batches,
        long syncs) {

    /** Whether new mail would be taken. */
    public boolean accepts() {
        return trouble.isEmpty() && !underFloor;
    }
}

package mta.testkit.node;

import java.util.List;

/**
 * What became of the mail of a {@link Load}, after the queue was empty.
 *
 * @param accepted messages that got 250
 * @param delivered messages whose delivery was recorded, each counted once
 * @param lost ids that got 250 and were not delivered
 * @param doubled ids that were delivered more than once
 * @param refusals replies that refused something, and connections that broke
 */
public record LoadReport(
        long accepted, long delivered, List<String> lost, List<String> doubled, List<String> refusals) {

    /** Everything that was sent was accepted, and delivered exactly once. */
    public boolean isClean() {
        return lost.isEmpty() && doubled.isEmpty() && refusals.isEmpty();
    }
}

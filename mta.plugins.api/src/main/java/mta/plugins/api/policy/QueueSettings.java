package mta.plugins.api.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How mail waits in a queue and leaves it.
 *
 * @param retry times between attempts; the last one repeats
 * @param jitter 0 to 1: how much of an interval is random
 * @param expiry after arrival
 * @param delayNotice after arrival, when a delay is told; empty: never
 * @param transport name
 * @param pool name of the pool of sources
 * @param route where its mail goes instead of its destination
 * @param weight share of the path among queues of the same priority, 1 and up
 * @param maxAttempts 0: no limit but time
 */
public record QueueSettings(
        List<Duration> retry,
        double jitter,
        Duration expiry,
        Optional<Duration> delayNotice,
        String transport,
        String pool,
        Optional<String> route,
        int weight,
        int maxAttempts) {

    public QueueSettings {
        retry = List.copyOf(retry);
    }
}

package mta.queue.index;

import java.util.Objects;

/**
 * What makes a queue.
 *
 * @param klass the class of its mail; empty for ordinary mail
 */
public record QueueKey(String tenant, String campaign, String destination, String klass) {
    public QueueKey {
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(campaign);
        Objects.requireNonNull(destination);
        Objects.requireNonNull(klass);
    }
}

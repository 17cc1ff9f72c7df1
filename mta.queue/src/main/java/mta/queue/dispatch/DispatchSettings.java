package mta.queue.dispatch;

import java.time.Duration;

/**
 * Bounds of the dispatch as a whole.
 *
 * @param routers destinations that are looked up at the same time
 * @param clerks entries that expire, or whose senders are told, at the same time
 * @param stopTimeout how long what is on the wire may take to finish when the node stops
 * @param transportTimeout how long one call of a transport may take
 */
public record DispatchSettings(int routers, int clerks, Duration stopTimeout, Duration transportTimeout) {

    public DispatchSettings(int routers, int clerks, Duration stopTimeout) {
        this(routers, clerks, stopTimeout, Duration.ofHours(1));
    }

    public static final DispatchSettings DEFAULT = new DispatchSettings(1000, 32, Duration.ofSeconds(20));
}

package plugins.greylist;

import java.time.Duration;

/**
 * Times and sizes.
 *
 * @param delay how long a triplet waits
 * @param retryWindow how long it may take until the second try
 * @param maxAge how long one that passed is known since it was last seen; clients as well
 * @param deliveries from how many on a client is known; 0: never
 * @param maxEntries triplets that are remembered, waiting and passed; and as many clients
 * @param maxPerNetwork of them waiting from one network
 */
record Limits(
        Duration delay, Duration retryWindow, Duration maxAge, int deliveries, int maxEntries, int maxPerNetwork) {

    /**
     * Who tries again does so within this time after it could have passed (RFC 5321 section 4.5.4.1: at least every 30
     * minutes, in the beginning); before, nothing is forgotten that somebody may still come back for.
     */
    private static final Duration CHANCE = Duration.ofHours(1);

    Limits {
        if (delay.toSeconds() < 1) {
            throw new IllegalArgumentException("delay: a second or more");
        }
        if (retryWindow.compareTo(delay) <= 0) {
            throw new IllegalArgumentException("retryWindow: longer than delay, or nobody could come in time");
        }
        if (maxAge.toSeconds() < 1) {
            throw new IllegalArgumentException("maxAge: a second or more");
        }
    }

    long chanceSeconds() {
        return Math.min(delay.plus(CHANCE).toSeconds(), retryWindow.toSeconds());
    }
}

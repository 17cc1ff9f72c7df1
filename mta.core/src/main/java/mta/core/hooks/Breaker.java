package mta.core.hooks;

import java.time.Duration;

/**
 * A circuit breaker: after so many failures within a window it opens, and calls are not made; after a time one call is
 * let through as a probe, and its success closes it. Thread-safe; the closed and healthy case takes no lock.
 */
final class Breaker {

    private final int failures;
    private final long windowNanos;
    private final long openNanos;

    private volatile boolean closed = true;
    private volatile int recent;
    private long windowStart;
    private long openedAt;
    private boolean probing;

    /** @param failures 0: never opens */
    Breaker(int failures, Duration window, Duration open) {
        this.failures = failures;
        this.windowNanos = window.toNanos();
        this.openNanos = open.toNanos();
    }

    boolean isOpen() {
        return !closed;
    }

    /** Whether a call may be made; the one that is let through while open is the probe. */
    boolean admits(long now) {
        return closed || admitsProbe(now);
    }

    private synchronized boolean admitsProbe(long now) {
        if (closed) {
            return true;
        }
        if (probing || now - openedAt < openNanos) {
            return false;
        }
        probing = true;
        return true;
    }

    /** @return whether this closed it */
    boolean succeeded() {
        return recent != 0 && reset();
    }

    private synchronized boolean reset() {
        boolean was = closed;
        if (!was) {
            recent = 0;
        }
        closed = true;
        probing = false;
        return !was;
    }

    /** @return whether this opened it */
    synchronized boolean failed(long now) {
        if (failures == 0) {
            return false;
        }
        if (!closed) {
            probing = false;
            openedAt = now;
            recent = Math.max(recent, 1);
            return false;
        }
        if (recent == 0 || now - windowStart > windowNanos) {
            windowStart = now;
            recent = 0;
        }
        recent++;
        if (recent < failures) {
            return false;
        }
        closed = false;
        openedAt = now;
        return true;
    }
}

package mta.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out message numbers: each once, none after the end, and with a rate none before its time. Thread-safe.
 */
final class Schedule {
    static final long FINISHED = -1;
    static final long NOT_YET = -2;

    private final long messages;
    private final long start;
    private final long end;
    private final double nanosPerMessage;
    private final AtomicLong next = new AtomicLong();
    private volatile boolean cancelled;

    Schedule(Load load, long start) {
        this.messages = load.messages();
        this.start = start;
        this.end = start + load.duration().toNanos();
        this.nanosPerMessage = load.rate() > 0 ? 1e9 / load.rate() : 0;
    }

    long take(long now) {
        while (true) {
            long number = next.get();
            if (cancelled || number >= messages || now - end >= 0) {
                return FINISHED;
            }
            if (nanosPerMessage > 0 && due(number) - now > 0) {
                return NOT_YET;
            }
            if (next.compareAndSet(number, number + 1)) {
                return number;
            }
        }
    }

    /**
     * From when the latency of a message counts. With a rate this is the time it was due, not the time a connection
     * became free for it: else a stalled server would hide its own delay (coordinated omission).
     */
    long begin(long number, long now) {
        return nanosPerMessage > 0 ? due(number) : now;
    }

    /** When the next message is due; only asked after NOT_YET. */
    long nextDue() {
        return Math.min(due(next.get()) - end < 0 ? due(next.get()) : end, end);
    }

    private long due(long number) {
        return start + (long) (number * nanosPerMessage);
    }

    /** True when {@link #take} would give no message any more. */
    boolean isOver(long now) {
        return cancelled || next.get() >= messages || now - end >= 0;
    }

    /** True for the last message of a run that was not cut short. */
    boolean isLast(long number) {
        return number == messages - 1;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }
}

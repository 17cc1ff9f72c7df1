package mta.queue;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Whether memory is short. What is used just after a collection counts, not the garbage before it, so this looks at the
 * least of the last samples. Sampled by one thread, asked by any.
 */
public final class Pressure {

    private static final int SAMPLES = 50;

    private final LongSupplier used;
    private final long limit;
    private final LongConsumer trim;
    private final long[] samples = new long[SAMPLES];
    private int next;
    private volatile boolean high;

    /**
     * @param used bytes of the heap in use
     * @param limit above it memory is short
     * @param trim asked to keep at most so many bytes in caches
     */
    public Pressure(LongSupplier used, long limit, LongConsumer trim) {
        this.used = used;
        this.limit = limit;
        this.trim = trim;
    }

    public static Pressure none() {
        return new Pressure(() -> 0, Long.MAX_VALUE, _ -> {});
    }

    /** Every 100 ms or so. Bodies in memory go first; new mail is refused only if that is not enough. */
    public void sample() {
        samples[next] = used.getAsLong();
        next = (next + 1) % SAMPLES;
        long least = Long.MAX_VALUE;
        for (long sample : samples) {
            least = Math.min(least, sample);
        }
        if (least > limit - limit / 8) {
            trim.accept(0);
        }
        high = least > limit;
    }

    public boolean isHigh() {
        return high;
    }
}

package mta.core.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import mta.plugins.api.metrics.Metrics;

/**
 * Counts values in buckets whose width grows with the value: 16 for each power of two, so a percentile is right to about
 * six per cent, from 0 to 2^63, in 8 KiB. Thread-safe; recording takes no lock.
 */
public final class Distribution implements Metrics.Histogram {

    private static final int BITS = 4;
    private static final int STEPS = 1 << BITS;

    private final AtomicLongArray buckets = new AtomicLongArray((64 - BITS) * STEPS);
    private final LongAdder sum = new LongAdder();
    private final LongAccumulator max = new LongAccumulator(Math::max, 0);

    /** Negative values, which only a clock that was set back makes, count as zero. */
    @Override
    public void record(long value) {
        long positive = Math.max(0, value);
        buckets.incrementAndGet(bucket(positive));
        sum.add(positive);
        max.accumulate(positive);
    }

    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int power = 63 - Long.numberOfLeadingZeros(value);
        int step = (int) (value >>> (power - BITS)) - STEPS;
        return (power - BITS + 1) * STEPS + step;
    }

    /** The largest value that falls into the bucket. */
    private static long upper(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int power = bucket / STEPS - 1 + BITS;
        long lower = (STEPS + (long) (bucket % STEPS)) << (power - BITS);
        return lower + (1L << (power - BITS)) - 1;
    }

    public Snapshot snapshot() {
        long[] counts = new long[buckets.length()];
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.get(i);
            count += counts[i];
        }
        return new Snapshot(counts, count, sum.sum(), max.get());
    }

    /** A copy: percentiles of one snapshot fit each other. */
    public static final class Snapshot {
        private final long[] counts;
        private final long count;
        private final long sum;
        private final long max;

        private Snapshot(long[] counts, long count, long sum, long max) {
            this.counts = counts;
            this.count = count;
            this.sum = sum;
            this.max = max;
        }

        public long count() {
            return count;
        }

        public long sum() {
            return sum;
        }

        public long max() {
            return max;
        }

        /**
         * The value that this share of all values does not exceed; 0 if there are none.
         *
         * @param percent 0 to 100
         */
        public long percentile(double percent) {
            long wanted = Math.max(1, (long) Math.ceil(count * percent / 100));
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted && seen > 0) {
                    return Math.min(upper(i), max);
                }
            }
            return 0;
        }
    }
}

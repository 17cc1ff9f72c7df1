package mta.core.hooks;

import java.util.concurrent.atomic.LongAdder;

/** A distribution of durations: four buckets for each power of two, so percentiles are good to a fifth. Thread-safe. */
final class Spread {

    private static final int BUCKETS = 4 * 44;

    private final LongAdder[] counts = new LongAdder[BUCKETS];

    Spread() {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long nanos) {
        counts[bucket(nanos)].increment();
    }

    private static int bucket(long nanos) {
        if (nanos < 4) {
            return (int) Math.max(nanos, 0);
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int quarter = (int) (nanos >>> (power - 2)) & 3;
        return Math.min(BUCKETS - 1, (power - 1) * 4 + quarter);
    }

    /** Upper end of the bucket in which this share of the values ends; 0 if there are none. */
    long percentile(double share) {
        long total = 0;
        for (LongAdder count : counts) {
            total += count.sum();
        }
        long wanted = (long) Math.ceil(total * share / 100);
        long seen = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            seen += counts[i].sum();
            if (seen >= wanted) {
                return upper(i);
            }
        }
        return 0;
    }

    private static long upper(int bucket) {
        if (bucket < 4) {
            return bucket;
        }
        int power = bucket / 4 + 1;
        return (1L << power) + ((bucket % 4 + 1L) << (power - 2)) - 1;
    }
}

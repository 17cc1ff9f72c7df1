package mta.bench.queue;

import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import mta.queue.index.Dimension;
import mta.queue.index.Entry;
import mta.queue.index.EntryState;
import mta.queue.index.Filter;
import mta.queue.index.Index;
import mta.queue.index.QueueKey;
import mta.queue.index.Scan;
import mta.queue.index.Tally;
import mta.queue.schedule.FairQueue;
import mta.queue.schedule.Wheel;
import org.HdrHistogram.Histogram;

/**
 * Fills an index (default 10 million entries in 100,000 queues) and measures bytes per entry and the time of each
 * operation. Run with {@code -Xmx1g} to see that 10 million fit. Argument: number of entries.
 */
public final class IndexBench {

    private static final int QUEUES = 100_000;
    private static final long NOW = 1_800_000_000L;

    private IndexBench() {}

    public static void main(String[] arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000_000;
        QueueKey[] keys = new QueueKey[QUEUES];
        for (int i = 0; i < QUEUES; i++) {
            keys[i] = new QueueKey("tenant" + i % 100, "campaign" + i % 1000, "d" + i / 10 + ".example", "");
        }
        long before = used();
        Index index = new Index();
        Wheel wheel = new Wheel(index, NOW);
        Random random = new Random(1);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int slot = index.add(new Entry(
                    ((NOW + i / 5000) * 1000 << 20) + i,
                    0,
                    keys[random.nextInt(QUEUES)],
                    "s.example",
                    NOW - i % 100_000,
                    NOW,
                    NOW + 500_000,
                    1,
                    5,
                    EntryState.HELD,
                    10_000,
                    1));
            wheel.insert(slot, NOW + 1 + random.nextInt(14_400));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "filled %,d entries in %.1f s: %.2f us per add and wheel insert%n",
                count, seconds, seconds * 1e6 / count);
        System.out.printf(
                "memory %.1f bytes per entry, all included; heap limit %,d MiB%n",
                (used() - before) / (double) count, Runtime.getRuntime().maxMemory() >> 20);
        summaries(index);
        scans(index, count);
        operations(index, wheel, count);
        expiry(index, wheel, count);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void timed(String what, int warm, int times, IntConsumer operation) {
        for (int i = 0; i < warm; i++) {
            operation.accept(i);
        }
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            operation.accept(warm + i);
            nanos.recordValue(System.nanoTime() - begin);
        }
        System.out.printf(
                "%-44s mean %,10.2f us  p50 %,10.2f  p99 %,10.2f  max %,10.2f%n",
                what,
                nanos.getMean() / 1e3,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getMaxValue() / 1e3);
    }

    private static void summaries(Index index) {
        for (Dimension dimension : List.of(Dimension.TENANT, Dimension.CAMPAIGN, Dimension.DESTINATION)) {
            List<Tally> rows = index.summary(dimension);
            timed("summary by " + dimension + " (" + rows.size() + " rows)", 20, 100, _ -> index.summary(dimension));
        }
        timed("every queue (" + index.queueCount() + " rows)", 5, 30, _ -> index.eachQueue((_, _) -> {}));
    }

    private static void scans(Index index, int count) {
        Filter filter = Filter.tenant("tenant7")
                .and(Filter.destination("d1*"))
                .and(new Filter.Range(Filter.Field.AGE, 1000, 50_000));
        long[] seen = new long[1];
        timed("scan of all entries by three fields", 2, 5, _ -> {
            Scan scan = index.scan(filter, NOW);
            while (scan.step(4096, _ -> seen[0]++)) {
                Thread.onSpinWait();
            }
        });
        Scan[] scan = {index.scan(filter, NOW)};
        timed("  one step of 4096 under the guard", 100, count / 4096 - 101, _ -> scan[0].step(4096, _ -> seen[0]++));
        timed("one round of the sweep", 1, 3, _ -> {
            while (!index.sweep(NOW, 4096, _ -> {})) {
                Thread.onSpinWait();
            }
        });
    }

    /** What dispatch does for one message, on the full index: find, to the fair queue, pick, wheel again. */
    private static void operations(Index index, Wheel wheel, int count) {
        Random random = new Random(2);
        FairQueue fair = new FairQueue(index);
        long[] messages = new long[200_000];
        int[] slots = new int[messages.length];
        for (int i = 0; i < messages.length; i++) {
            slots[i] = random.nextInt(count);
            messages[i] = index.messageAt(slots[i]);
        }
        timed("find", 50_000, 150_000, i -> index.find(messages[i], 0));
        timed("fair queue offer", 50_000, 150_000, i -> fair.offer(slots[i], 1));
        int[] picked = new int[messages.length];
        timed("fair queue pick", 50_000, 100_000, i -> picked[i] = fair.pick());
        while (fair.pick() != Index.NONE) {
            Thread.onSpinWait();
        }
        timed("wheel insert", 50_000, 150_000, i -> wheel.insert(slots[i], NOW + 1 + i % 14_400));
        timed("remove and add", 50_000, 100_000, i -> {
            Entry entry = index.entry(slots[i]);
            index.remove(slots[i]);
            wheel.insert(index.add(entry), entry.due());
        });
    }

    private static void expiry(Index index, Wheel wheel, int count) {
        long[] seen = new long[1];
        Histogram held = new Histogram(3);
        long start = System.nanoTime();
        for (long now = NOW; now <= NOW + 14_400; now++) {
            boolean done = false;
            while (!done) {
                long begin = System.nanoTime();
                done = wheel.advance(now, 1000, _ -> seen[0]++);
                held.recordValue(System.nanoTime() - begin);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "wheel: %,d of %,d entries came due in %.2f s, %.2f us each; "
                        + "guard held p99 %.0f us, max %.0f us%n",
                seen[0],
                count,
                seconds,
                seconds * 1e6 / Math.max(1, seen[0]),
                held.getValueAtPercentile(99) / 1e3,
                held.getMaxValue() / 1e3);
    }
}

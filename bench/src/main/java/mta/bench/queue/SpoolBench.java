package mta.bench.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mta.queue.spool.Batch;
import mta.queue.spool.Durability;
import mta.queue.spool.RocksSpool;
import mta.queue.spool.SpoolSettings;
import mta.queue.spool.SpoolStatus;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures a spool. Arguments as name=value: {@code dir} (a folder of its own, emptied), {@code run} (put: durable puts
 * and removals some messages later; replay: start and replay of a filled spool), {@code writers}, {@code seconds},
 * {@code rate} (messages per second, 0: as many as go), {@code bytes}, {@code live} (messages that stay before their
 * removal), {@code stay} (one in so many is not removed, 0: none), {@code layout} (BLOBS or TABLES), {@code buffer}
 * (MiB of the body buffer), {@code count} (replay).
 */
public final class SpoolBench {

    private static final AtomicLong NUMBERS = new AtomicLong(System.currentTimeMillis() << 20);

    private final Map<String, String> options = new TreeMap<>(Map.of(
            "dir",
            "target/spool-bench",
            "run",
            "put",
            "writers",
            "20",
            "seconds",
            "10",
            "rate",
            "0",
            "bytes",
            "10240",
            "live",
            "0",
            "stay",
            "0",
            "count",
            "1000000",
            "buffer",
            "64"));

    private SpoolBench(String[] arguments) {
        options.put("layout", SpoolSettings.of(Path.of("x")).layout().name());
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            options.put(pair[0], pair[1]);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        SpoolBench bench = new SpoolBench(arguments);
        delete(bench.directory());
        try {
            if (bench.options.get("run").equals("replay")) {
                bench.replay();
            } else {
                bench.put();
            }
        } finally {
            delete(bench.directory());
        }
    }

    private int number(String name) {
        return Integer.parseInt(options.get(name));
    }

    private Path directory() {
        return Path.of(options.get("dir"));
    }

    private SpoolSettings settings() {
        SpoolSettings standard = SpoolSettings.of(directory());
        return standard.layout(SpoolSettings.Layout.valueOf(options.get("layout")))
                .buffers((long) number("buffer") << 20, standard.stateBufferBytes(), standard.walBytes());
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    // -- put ----------------------------------------------------------------------------------------------------------

    private void put() throws IOException, InterruptedException {
        Histogram nanos = new ConcurrentHistogram(3);
        AtomicLong messages = new AtomicLong();
        int writers = number("writers");
        long wrote = written();
        try (RocksSpool spool = new RocksSpool(settings())) {
            long begin = System.nanoTime();
            long end = begin + number("seconds") * 1_000_000_000L;
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                int seed = i;
                threads.add(Thread.ofVirtual().start(() -> write(spool, seed, begin, end, nanos, messages)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            SpoolStatus status = spool.status();
            double taken = messages.get() * (double) number("bytes");
            System.out.printf(
                    "%s, %d writers, %d bytes, %d alive, 1 in %d stays, body buffer %d MiB:%n",
                    options.get("layout"), writers, number("bytes"), number("live"), number("stay"), number("buffer"));
            System.out.printf(
                    "  %,.0f msg/s durable, %,.1f batches per group, %,.0f syncs/s%n",
                    messages.get() / seconds, status.batches() / (double) status.groups(), status.syncs() / seconds);
            System.out.printf(
                    "  put p50 %.2f ms  p99 %.2f  p99.9 %.2f  max %.2f%n",
                    nanos.getValueAtPercentile(50) / 1e6,
                    nanos.getValueAtPercentile(99) / 1e6,
                    nanos.getValueAtPercentile(99.9) / 1e6,
                    nanos.getMaxValue() / 1e6);
            System.out.printf(
                    "  written to disk %,d MiB for %,.0f MiB of bodies: %.2f times; on disk now %,d MiB; "
                            + "resident %,d MiB%n",
                    (written() - wrote) >> 20,
                    taken / (1 << 20),
                    (written() - wrote) / taken,
                    size() >> 20,
                    resident() >> 10);
        }
    }

    private void write(RocksSpool spool, int seed, long begin, long end, Histogram nanos, AtomicLong messages) {
        Random random = new Random(seed);
        byte[] state = new byte[400];
        ArrayDeque<Long> live = new ArrayDeque<>();
        int keep = number("live") / number("writers");
        long pause = number("rate") == 0 ? 0 : 1_000_000_000L * number("writers") / number("rate");
        int stay = number("stay");
        // Half random, so that it compresses about as well as mail does.
        byte[] noise = new byte[number("bytes")];
        random.nextBytes(noise);
        long next = begin;
        for (long count = 0; System.nanoTime() < end; count++) {
            byte[] body = new byte[noise.length];
            System.arraycopy(noise, 0, body, body.length / 2, body.length / 2);
            long message = NUMBERS.incrementAndGet();
            long start = System.nanoTime();
            spool.commit(new Batch().put(message, body, state), Durability.SYNCED);
            nanos.recordValue(System.nanoTime() - start);
            messages.incrementAndGet();
            if (stay == 0 || count % stay != 0) {
                live.add(message);
            }
            if (live.size() > keep) {
                spool.commit(new Batch().remove(live.remove(), 0), Durability.SUBMITTED);
            }
            next += pause;
            while (pause > 0 && System.nanoTime() < next) {
                java.util.concurrent.locks.LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    /** Bytes this process has sent to the disk, from Linux's /proc. */
    private static long written() throws IOException {
        return proc("/proc/self/io", "write_bytes:");
    }

    private static long resident() throws IOException {
        return proc("/proc/self/status", "VmRSS:");
    }

    private static long proc(String file, String key) throws IOException {
        for (String line : Files.readAllLines(Path.of(file))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.substring(key.length()).strip().split(" ")[0]);
            }
        }
        return 0;
    }

    private long size() throws IOException {
        try (Stream<Path> files = Files.walk(directory())) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    // -- replay -------------------------------------------------------------------------------------------------------

    private void replay() throws IOException {
        int count = number("count");
        try (RocksSpool spool = new RocksSpool(settings())) {
            byte[] state = new byte[400];
            new Random(1).nextBytes(state);
            byte[] body = new byte[number("bytes")];
            for (int i = 0; i < count; i += 100) {
                Batch batch = new Batch();
                for (int k = 0; k < 100; k++) {
                    batch.put(NUMBERS.incrementAndGet(), body, state);
                }
                spool.commit(batch, Durability.WRITTEN);
            }
        }
        for (int run = 0; run < 3; run++) {
            long begin = System.nanoTime();
            try (RocksSpool spool = new RocksSpool(settings())) {
                long opened = System.nanoTime();
                long[] seen = new long[2];
                spool.replay((_, _, state) -> {
                    seen[0]++;
                    seen[1] += state.getLong(0);
                });
                System.out.printf(
                        "open %.2f s, replay of %,d entries of 400 bytes %.2f s%s%n",
                        (opened - begin) / 1e9,
                        seen[0],
                        (System.nanoTime() - opened) / 1e9,
                        run == 0 ? " (log still to be read)" : "");
            }
        }
    }
}

package mta.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import mta.bench.tally.Tally;
import org.HdrHistogram.Histogram;

/**
 * One run of a {@link Load}. {@link #run} is called by one thread and blocks until the run is over;
 * {@link #counts}, {@link #elapsedNanos} and {@link #cancel} may be called by any other meanwhile.
 */
public final class Generator {
    private final Load load;
    private final String run = String.format("%08x", ThreadLocalRandom.current().nextInt());
    private final List<Loop> loops = new ArrayList<>();
    private final Schedule schedule;
    private final Tally sent = new Tally();
    private final long start = System.nanoTime();

    public Generator(Load load) throws IOException {
        this.load = load;
        this.schedule = new Schedule(load, start);
        String to = load.recipient().replace("{n}", "n").replace("{r}", "r").replace("{d}", "d");
        var content = new Content(run, load.sender().replaceAll("\\{.}", "x"), to, load.size());
        int threads = Math.min(load.threads(), load.connections());
        for (int i = 0; i < threads; i++) {
            int share = load.connections() / threads + (i < load.connections() % threads ? 1 : 0);
            loops.add(new Loop(load, share, schedule, content, sent));
        }
    }

    /** The run id that stands in every message's X-Bench-Id. */
    public String id() {
        return run;
    }

    public LoadResult run() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (Loop loop : loops.subList(1, loops.size())) {
            threads.add(Thread.ofPlatform().name("generator").daemon().start(loop));
        }
        loops.getFirst().run();
        for (Thread thread : threads) {
            thread.join();
        }
        return result();
    }

    /** Starts no more messages; those on the wire get a moment to end. */
    public void cancel() {
        schedule.cancel();
        loops.forEach(Loop::wake);
    }

    public Counts counts() {
        return loops.stream().map(Loop::counts).reduce(Counts.NONE, Counts::plus);
    }

    public long elapsedNanos() {
        return System.nanoTime() - start;
    }

    private LoadResult result() {
        var latency = new Histogram(Loop.LONGEST_MICROS, 3);
        var inDoubt = new BitSet();
        long end = start + 1;
        long cpu = 0;
        String lastReply = "";
        String trouble = "";
        for (Loop loop : loops) {
            latency.add(loop.latency);
            inDoubt.or(loop.inDoubt);
            cpu += loop.cpuNanos;
            end = loop.lastReplyAt - end > 0 ? loop.lastReplyAt : end;
            lastReply = loop.lastReply.isEmpty() ? lastReply : loop.lastReply;
            trouble = trouble.isEmpty() ? loop.trouble : trouble;
        }
        return new LoadResult(
                run,
                counts(),
                end - start,
                cpu,
                latency,
                sent,
                n -> n < Integer.MAX_VALUE && inDoubt.get((int) n),
                lastReply,
                trouble);
    }
}

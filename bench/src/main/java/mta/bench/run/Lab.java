package mta.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.load.LoadResult;
import mta.bench.tally.Comparison;
import mta.bench.text.Screen;

/**
 * Measures one server: warm up, let it settle, load it, wait until all has arrived, stop it, compare both ends. Runs on
 * the main thread.
 *
 * @param warmUp   messages sent before the measurement
 * @param patience seconds without an arrival after which the rest counts as lost
 * @param extras   what else to find out
 * @param scratch  where temporary files go
 */
record Lab(Screen screen, long warmUp, long patience, Extras extras, Path scratch) {

    record Extras(boolean smtpSource, boolean allocations, boolean strace) {
        static final Extras NONE = new Extras(false, false, false);
    }

    /** Starts a server. */
    @FunctionalInterface
    interface Starter {
        Target start() throws IOException, InterruptedException;
    }

    private record Run(long messages, double seconds, Optional<LoadResult> load) {}

    Measurement measure(String what, Starter starter, Optional<SinkProcess> sink, Load load) throws Exception {
        screen.progress(what, -1, "starting");
        Measurement measured;
        try (Target target = starter.start()) {
            warmUp(what, target, sink, load);
            measured = measure(what, target, sink, load);
        }
        return sink.isPresent() ? compare(measured, sink.get()) : measured;
    }

    void warmUp(String what, Target target, Optional<SinkProcess> sink, Load load) throws Exception {
        if (warmUp > 0) {
            long before = arrived(sink);
            Run run = send(what + ": warm-up", target, load.messages(Math.min(warmUp, load.messages())));
            awaitArrival(what, sink, before + run.messages() * load.recipients());
        }
    }

    /** Loads a server that runs and is warm, once it has nothing left to do; both ends are still to be compared. */
    Measurement measure(String what, Target target, Optional<SinkProcess> sink, Load load) throws Exception {
        settle(target);
        long before = arrived(sink);
        var calls =
                extras.strace() ? Optional.of(SystemCalls.start(target.pid(), scratch)) : Optional.<SystemCalls>empty();
        var heap = extras.allocations() && target instanceof Node
                ? Optional.of(new Allocations(target.pid()))
                : Optional.<Allocations>empty();
        long allocatedBefore = heap.isPresent() ? heap.get().bytes() : 0;
        Usage usageBefore = Usage.of(target.pid());
        long start = System.currentTimeMillis();
        Run run = send(what, target, load);
        long expected = run.load().map(result -> result.counts().recipients()).orElse(run.messages());
        long missing = awaitArrival(what, sink, before + expected);
        double seconds = sink.isPresent() ? (sink.get().count("last_ms") - start) / 1000.0 : 0;
        Usage usage = Usage.of(target.pid());
        double allocated = heap.isPresent() ? (double) (heap.get().bytes() - allocatedBefore) / run.messages() : 0;
        if (heap.isPresent()) {
            heap.get().close();
        }
        Map<String, Double> perMessage = new LinkedHashMap<>();
        if (calls.isPresent()) {
            calls.get().stop().forEach((name, count) -> perMessage.put(name, (double) count / run.messages()));
        }
        var faults = new ArrayList<String>();
        run.load()
                .filter(result -> result.counts().accepted() != result.counts().all())
                .ifPresent(result -> faults.add(String.format(
                        "of %,d messages %,d deferred, %,d refused, %,d aborted (%s)",
                        result.counts().all(),
                        result.counts().deferred(),
                        result.counts().refused(),
                        result.counts().aborted(),
                        result.trouble().isEmpty() ? "as answered" : result.trouble())));
        if (missing > 0) {
            faults.add(String.format("%,d deliveries never came", missing));
        }
        return new Measurement(
                target.name(),
                run.load().isPresent() ? "generate" : "smtp-source",
                run.messages(),
                run.messages() / run.seconds(),
                seconds > 0 ? run.messages() / seconds : 0,
                run.load(),
                Optional.empty(),
                (usage.cpuNanos() - usageBefore.cpuNanos()) / 1000.0 / Math.max(1, run.messages()),
                usage.rssBytes(),
                allocated,
                perMessage,
                String.join("; ", faults));
    }

    private Run send(String what, Target target, Load load) throws Exception {
        if (extras.smtpSource()) {
            screen.progress(what, -1, "smtp-source sends");
            return new Run(load.messages(), SmtpSource.run(load, target.smtp()) / 1e9, Optional.empty());
        }
        LoadResult result = Generate.watchToEnd(load.to(target.smtp()), what, screen);
        if (result.counts().accepted() == 0) {
            throw new IllegalStateException(target.name() + " accepted nothing: " + result.trouble());
        }
        return new Run(result.counts().accepted(), result.nanos() / 1e9, Optional.of(result));
    }

    private static long arrived(Optional<SinkProcess> sink) throws IOException {
        return sink.isPresent() ? sink.get().count("recipients") : 0;
    }

    /** Waits until the sink has so many recipients' messages. Returns how many are missing when patience is over. */
    private long awaitArrival(String what, Optional<SinkProcess> sink, long expected)
            throws IOException, InterruptedException {
        long last = -1;
        long lastChange = System.nanoTime();
        for (long here = arrived(sink); sink.isPresent() && here < expected; here = arrived(sink)) {
            if (here != last) {
                last = here;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > patience * 1_000_000_000L) {
                return expected - here;
            }
            screen.progress(what, -1, String.format("%,d deliveries to go", expected - here));
            Thread.sleep(50);
        }
        return 0;
    }

    /** Waits until the server has nothing left to do, so that the warm-up's work is not measured; 15 s at most. */
    private static void settle(Target target) throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            long before = Usage.of(target.pid()).cpuNanos();
            Thread.sleep(250);
            if (Usage.of(target.pid()).cpuNanos() - before <= 20_000_000) {
                return;
            }
        }
    }

    /** Done after the server has stopped, so that a copy it sends late counts as well. */
    Measurement compare(Measurement m, SinkProcess sink) throws IOException {
        if (m.load().isEmpty()) {
            return m;
        }
        LoadResult load = m.load().get();
        var ends = Comparison.of(load.sent(), load.inDoubt(), sink.tally(load.run()));
        String faults = m.faults();
        if (!ends.exact()) {
            String text = String.format(
                    "%,d messages lost, %,d doubled, %,d unexpected", ends.lost(), ends.doubled(), ends.unexpected());
            faults = faults.isEmpty() ? text : faults + "; " + text;
        }
        return new Measurement(
                m.server(),
                m.tool(),
                m.messages(),
                m.acceptRate(),
                m.deliverRate(),
                m.load(),
                Optional.of(ends),
                m.cpuMicros(),
                m.rssBytes(),
                m.allocated(),
                m.calls(),
                faults);
    }

    /** The one with the median rate. */
    static Measurement median(List<Measurement> rounds) {
        return rounds.stream()
                .sorted((a, b) -> Double.compare(a.rate(), b.rate()))
                .toList()
                .get((rounds.size() - 1) / 2);
    }
}

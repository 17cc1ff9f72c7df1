package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/** How long from the start of the process to its first 220, and how much memory it holds when it has nothing to do. */
public final class Startup implements Command {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** One start: milliseconds to the first 220, milliseconds to the ready line, idle bytes. */
    private record Start(double greeting, double ready, long idleBytes) {}

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String purpose() {
        return "times the node from spawn to its first 220, and weighs it when idle";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("rounds", COUNT, "7", "how many starts; the median counts"),
                Option.of("idle", COUNT, "2", "seconds to wait before memory is read"),
                Option.of("home", FILE, "", "the distribution to measure [launcher/target/dist]"),
                Option.of("scratch", FILE, "", "where spools go during a run [the system's temporary folder]"),
                Option.of("json", FILE, "", "also write the result as JSON"));
    }

    @Override
    public List<String> examples() {
        return List.of("startup --rounds 11");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        Map<String, Object> result = measure(arguments, screen);
        if (!arguments.text("json").isEmpty()) {
            Files.writeString(Path.of(arguments.text("json")), Json.of(result) + "\n");
        }
        return 0;
    }

    static Map<String, Object> measure(Arguments arguments, Screen screen) throws Exception {
        Path home = Node.home(arguments.text("home"));
        long rounds = Math.max(1, arguments.count("rounds"));
        var starts = new ArrayList<Start>();
        try (var data = Folder.below(RunCommand.scratch(arguments), "mta-bench-")) {
            int port = Ports.free();
            Node.configure(home, data, port, new Target.Discard());
            for (long round = 0; round < rounds; round++) {
                screen.progress("startup", (double) round / rounds, round + " of " + rounds + " starts");
                starts.add(start(home, data.path(), port, arguments.count("idle")));
            }
        }
        double greeting = median(starts.stream().map(Start::greeting).toList());
        double ready = median(starts.stream().map(Start::ready).toList());
        double idle = median(starts.stream().map(s -> (double) s.idleBytes()).toList());
        screen.title("startup: median of " + rounds + " starts, the first of them in a fresh folder");
        screen.print(screen.faint(Machine.text()));
        screen.print(new Table()
                .row("what", "median", "first", "goal")
                .row(
                        "spawn to first 220, ms",
                        round(greeting),
                        round(starts.getFirst().greeting()),
                        "1500")
                .row(
                        "spawn to the ready line, ms",
                        round(ready),
                        round(starts.getFirst().ready()),
                        "-")
                .row(
                        "idle, MiB resident",
                        round(idle / 1048576),
                        round(starts.getFirst().idleBytes() / 1048576.0),
                        "250")
                .text());
        var map = new LinkedHashMap<String, Object>();
        map.put("machine", Machine.json());
        map.put("starts", rounds);
        map.put("first_220_ms", greeting);
        map.put("ready_ms", ready);
        map.put("idle_rss_bytes", (long) idle);
        return map;
    }

    private static Start start(Path home, Path data, int port, long idleSeconds) throws Exception {
        long begin = System.nanoTime();
        try (var child = Child.start("the node", Node.command(home, data))) {
            long[] readyAt = new long[1];
            var ready = Thread.ofVirtual().start(() -> {
                try {
                    child.await(line -> line.startsWith("mta ready"), LIMIT);
                    readyAt[0] = System.nanoTime();
                } catch (InterruptedException | IllegalStateException e) {
                    readyAt[0] = begin;
                }
            });
            try {
                Ports.awaitGreeting(new InetSocketAddress("127.0.0.1", port), LIMIT);
            } catch (IllegalStateException e) {
                throw new IllegalStateException(e.getMessage() + "\n" + child.lastWords(15), e);
            }
            long greeted = System.nanoTime();
            ready.join();
            Thread.sleep(Duration.ofSeconds(idleSeconds));
            return new Start(
                    (greeted - begin) / 1e6,
                    (readyAt[0] - begin) / 1e6,
                    Usage.of(child.pid()).rssBytes());
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }

    private static String round(double value) {
        return String.format("%.0f", value);
    }
}

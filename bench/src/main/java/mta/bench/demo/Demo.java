package mta.bench.demo;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.SIZE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.args.UsageException;
import mta.bench.load.Counts;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.load.LoadResult;
import mta.bench.run.Node;
import mta.bench.run.SinkProcess;
import mta.bench.run.Target;
import mta.bench.tally.Comparison;
import mta.bench.text.Screen;

/** The demonstration as a command. Everything it starts it stops, and it leaves nothing behind unless asked. */
public final class Demo implements Command {
    private static final Pattern MESSAGE_ID = Pattern.compile("\\b[0-9A-HJKMNP-TV-Z]{13}\\b");
    private static final long TROUBLED = 60;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long SHOW_NANOS = 2_000_000_000L;
    private static final int WIDTH = 80;

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String purpose() {
        return "a node, a load and a sink on loopback: what it does and how fast";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("messages", COUNT, "5k", "messages to send"),
                Option.of("connections", COUNT, "20", "connections at a time"),
                Option.of("size", SIZE, "10k", "bytes of each message"),
                Option.flag("keep", "keep the node's folder (configuration, spool, log)"),
                Option.of("home", FILE, "", "the distribution to run [launcher/target/dist]"),
                Option.of("scratch", FILE, "", "where the node's folder goes [the system's temporary folder]"));
    }

    @Override
    public List<String> examples() {
        return List.of("demo", "demo --messages 20k --keep");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        long messages = arguments.count("messages");
        long connections = arguments.count("connections");
        if (messages < 1 || connections < 1 || connections > 10_000) {
            throw new UsageException("--messages and --connections: at least 1 (connections: at most 10k)");
        }
        Path home = Node.home(arguments.text("home"));
        Path scratch = Path.of(
                arguments.text("scratch").isEmpty() ? System.getProperty("java.io.tmpdir") : arguments.text("scratch"));
        screen.title(String.format(
                "%,d messages of %,d bytes: generator -> node -> sink, all on this machine",
                messages, arguments.bytes("size")));
        screen.progress("starting", -1, "the sink and the node");
        long start = System.nanoTime();
        try (var sink = SinkProcess.start();
                var node = Node.start(home, scratch, new Target.To(sink.smtp()))) {
            screen.print(
                    step("sink", "SMTP on port " + sink.smtp().getPort() + ", takes everything, counts by number"));
            screen.print(step(
                    "node",
                    String.format(
                            "SMTP on port %d, ready after %.1f s",
                            node.smtp().getPort(), (System.nanoTime() - start) / 1e9)));
            Load load = Load.standard(node.smtp(), messages)
                    .size(arguments.bytes("size"))
                    .connections((int) connections);
            boolean good = show(node, sink, load, screen);
            if (arguments.flag("keep")) {
                node.keep();
                screen.print(step("kept", node.folder() + " (./mta run --data " + node.folder() + ")"));
            } else {
                screen.print("");
                screen.print(step("stopped", "nothing is left behind; ./mta run starts a node of your own"));
            }
            return good ? 0 : 1;
        }
    }

    private static boolean show(Node node, SinkProcess sink, Load load, Screen screen) throws Exception {
        long begin = System.currentTimeMillis();
        LoadResult sent = Generate.watchToEnd(load, "sending", screen);
        Counts counts = sent.counts();
        if (counts.accepted() == 0) {
            throw new IllegalStateException("the node accepted nothing: " + sent.trouble());
        }
        boolean complete = awaitArrival(sink, counts.recipients(), screen);
        double seconds = (sink.count("last_ms") - begin) / 1000.0;
        var ends = Comparison.of(sent.sent(), sent.inDoubt(), sink.tally(sent.run()));

        screen.print(step(
                "accepted",
                String.format(
                        "%,d of %,d, %,.0f messages/s, each on disk before its 250",
                        counts.accepted(), counts.all(), sent.rate())));
        screen.print(step(
                "delivered",
                String.format(
                        "%,d of %,d, %,.0f messages/s, %s",
                        ends.arrived(), ends.recipients(), ends.arrived() / seconds, verdict(ends, screen))));
        screen.print(step(
                "latency",
                String.format(
                        "p50 %.1f ms, p90 %.1f, p99 %.1f, longest %.1f (MAIL to 250)",
                        sent.millis(50), sent.millis(90), sent.millis(99), sent.millis(100))));
        screen.print(screen.faint(LatencyChart.of(sent.latency())));
        trouble(sink, load, screen);
        ask(node, screen, "queue", "summary");
        Optional<String> id = messageId(sent.lastReply());
        if (id.isPresent()) {
            ask(node, screen, "trace", id.get());
        } else {
            screen.print("no message id in the last reply: " + sent.lastReply());
        }
        return complete && ends.exact() && counts.all() == counts.accepted();
    }

    /** Some mail that cannot go out: one destination says later, another says no and causes notices to the sender. */
    private static void trouble(SinkProcess sink, Load load, Screen screen) throws Exception {
        LoadResult sent = Generate.watchToEnd(
                load.messages(TROUBLED).recipients(1, "defer{n}@busy.example,refuse{n}@strict.example"),
                "trouble",
                screen);
        long half = TROUBLED / 2;
        awaitCounts(() ->
                sink.count("deferred") >= half && sink.count("refused") >= half && sink.count("unnumbered") >= half);
        screen.print(step(
                "and then",
                String.format(
                        "%d more: half to a server that says 451, half to one that says 550:",
                        sent.counts().accepted())));
        screen.print(step(
                "",
                String.format(
                        "%d put off and queued for later, %d refused, %d notices to the sender",
                        sink.count("deferred"), sink.count("refused"), sink.count("unnumbered"))));
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for what should come soon; a demonstration goes on without it. */
    private static void awaitCounts(Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + SHOW_NANOS;
        while (!condition.holds() && System.nanoTime() - end < 0) {
            Thread.sleep(20);
        }
    }

    private static boolean awaitArrival(SinkProcess sink, long expected, Screen screen)
            throws IOException, InterruptedException {
        long last = -1;
        long lastChange = System.nanoTime();
        for (long here = sink.count("recipients"); here < expected; here = sink.count("recipients")) {
            if (here != last) {
                last = here;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > PATIENCE_NANOS) {
                return false;
            }
            screen.progress("delivering", (double) here / expected, String.format("%,d messages", here));
            Thread.sleep(50);
        }
        return true;
    }

    private static void ask(Node node, Screen screen, String... words) throws IOException, InterruptedException {
        screen.print("");
        screen.title("$ ./mta " + String.join(" ", words));
        screen.print(node.ask(WIDTH, words));
    }

    private static String verdict(Comparison ends, Screen screen) {
        return ends.exact()
                ? screen.good("none lost, none doubled")
                : screen.bad(String.format("%,d LOST, %,d DOUBLED", ends.lost(), ends.doubled()));
    }

    /** The id that the node gave a message, from the text of its 250. */
    static Optional<String> messageId(String reply) {
        var matcher = MESSAGE_ID.matcher(reply);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    private static String step(String word, String text) {
        return String.format("%-10s %s", word, text);
    }
}

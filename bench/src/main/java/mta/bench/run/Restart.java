package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.SIZE;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.load.LoadResult;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/**
 * How long a node with a long queue takes from spawn to its first delivery. The queue is filled over SMTP while nothing
 * listens where the mail is to go; then the node is ended, the sink starts, and the node starts again.
 */
public final class Restart implements Command {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String purpose() {
        return "times a node with a long queue from spawn to its first delivery";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("queued", COUNT, "100k", "messages in the queue"),
                Option.of("size", SIZE, "1k", "bytes of each"),
                Option.of("destinations", COUNT, "1000", "destinations they are for"),
                Option.of("connections", COUNT, "50", "connections that fill the queue"),
                Option.flag("kill", "end the node with SIGKILL instead of an orderly stop"),
                Option.of("home", FILE, "", "the distribution to measure [launcher/target/dist]"),
                Option.of("scratch", FILE, "", "where spools go during a run [the system's temporary folder]"),
                Option.of("json", FILE, "", "also write the result as JSON"));
    }

    @Override
    public List<String> examples() {
        return List.of("restart --queued 1m", "restart --queued 100k --kill");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        Path home = Node.home(arguments.text("home"));
        long queued = arguments.count("queued");
        int sinkPort = Ports.free();
        int port = Ports.free();
        try (var data = Folder.below(RunCommand.scratch(arguments), "mta-bench-")) {
            Node.configure(home, data, port, new Target.To(new InetSocketAddress("127.0.0.1", sinkPort)));
            double fillRate = fill(home, data, port, arguments, screen);
            screen.progress("restart", -1, "starting with " + queued + " queued");
            try (var sink = SinkProcess.startOn(sinkPort)) {
                return restart(home, data, port, sink, queued, fillRate, arguments, screen);
            }
        }
    }

    private static double fill(Path home, Folder data, int port, Arguments arguments, Screen screen) throws Exception {
        Node node = Node.start(home, data, port);
        try {
            Load load = Load.standard(node.smtp(), arguments.count("queued"))
                    .size(arguments.bytes("size"))
                    .connections((int) arguments.count("connections"))
                    .destinations((int) arguments.count("destinations"))
                    .duration(Duration.ofHours(1));
            LoadResult result = Generate.watchToEnd(load, "filling the queue", screen);
            if (result.counts().accepted() < load.messages()) {
                throw new IllegalStateException("only " + result.counts().accepted() + " of " + load.messages()
                        + " were accepted: " + result.trouble());
            }
            if (arguments.flag("kill")) {
                node.kill();
            }
            return result.rate();
        } finally {
            node.stop();
        }
    }

    private static int restart(
            Path home,
            Folder data,
            int port,
            SinkProcess sink,
            long queued,
            double fillRate,
            Arguments arguments,
            Screen screen)
            throws Exception {
        long begin = System.nanoTime();
        try (var child = Child.start("the node", Node.command(home, data.path()))) {
            try {
                Ports.awaitGreeting(new InetSocketAddress("127.0.0.1", port), LIMIT);
            } catch (IllegalStateException e) {
                throw new IllegalStateException(e.getMessage() + "\n" + child.lastWords(15), e);
            }
            double greeted = (System.nanoTime() - begin) / 1e6;
            while (sink.count("messages") == 0 && System.nanoTime() - begin < LIMIT.toNanos()) {
                Thread.sleep(5);
            }
            double delivered = (System.nanoTime() - begin) / 1e6;
            boolean came = sink.count("messages") > 0;
            Usage usage = Usage.of(child.pid());
            screen.title(String.format(
                    "restart with %,d messages queued, %s",
                    queued, arguments.flag("kill") ? "after SIGKILL" : "after an orderly stop"));
            screen.print(screen.faint(Machine.text()));
            screen.print(new Table()
                    .row("what", "measured", "goal (1 million)")
                    .row("spawn to first 220, ms", String.format("%.0f", greeted), "-")
                    .row("spawn to first delivery, ms", came ? String.format("%.0f", delivered) : "none came", "5000")
                    .row("resident then, MiB", String.format("%.0f", usage.rssBytes() / 1048576.0), "-")
                    .row("filled at, msg/s", String.format("%,.0f", fillRate), "-")
                    .text());
            if (!arguments.text("json").isEmpty()) {
                var map = new LinkedHashMap<String, Object>();
                map.put("machine", Machine.json());
                map.put("queued", queued);
                map.put("first_220_ms", greeted);
                map.put("first_delivery_ms", came ? delivered : Double.NaN);
                map.put("rss_bytes", usage.rssBytes());
                map.put("fill_rate", fillRate);
                Files.writeString(Path.of(arguments.text("json")), Json.of(map) + "\n");
            }
            return came ? 0 : 1;
        }
    }
}

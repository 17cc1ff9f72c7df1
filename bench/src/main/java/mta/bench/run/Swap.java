package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.hooks.ControlSocket;
import mta.bench.hooks.StampJar;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/** What replacing a plugin under load does to the latency of messages: the same load without and with. */
public final class Swap implements Command {

    private static final int VERSIONS = 10;

    @Override
    public String name() {
        return "swap";
    }

    @Override
    public String purpose() {
        return "message latency while a required plugin is replaced again and again";
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<>(Generate.loadOptions("50k"));
        options.addAll(RunCommand.runOptions());
        options.add(Option.of("every", COUNT, "200", "milliseconds from one replacement to the next"));
        return options;
    }

    @Override
    public List<String> examples() {
        return List.of("swap --rate 1000 --messages 60k", "swap --rate 1000 --every 1000 --json swap.json");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        Path home = Node.home(arguments.text("home"));
        Load load = Generate.load(arguments, new InetSocketAddress("127.0.0.1", 0));
        var lab = new Lab(
                screen,
                arguments.count("warm-up"),
                arguments.count("patience"),
                Lab.Extras.NONE,
                RunCommand.scratch(arguments));
        var swaps = new AtomicInteger();
        Measurement without;
        Measurement with;
        try (var sink = SinkProcess.start()) {
            without = lab.measure(
                    "undisturbed", () -> new Swapped(home, lab.scratch(), sink, 0, swaps), Optional.of(sink), load);
        }
        try (var sink = SinkProcess.start()) {
            long every = Math.max(1, arguments.count("every"));
            with = lab.measure(
                    "swapping", () -> new Swapped(home, lab.scratch(), sink, every, swaps), Optional.of(sink), load);
        }
        screen.title(
                "swap: " + swaps + " replacements, warm-up included, one every " + arguments.count("every") + " ms");
        screen.print(screen.faint(Machine.text()));
        var table = new Table().row("message latency, ms", "p50", "p99", "p99.9", "most", "msg/s");
        row(table, "undisturbed", without);
        row(table, "while replacing", with);
        screen.print(table.text());
        double more = with.load().orElseThrow().millis(99.9)
                - without.load().orElseThrow().millis(99.9);
        String verdict = String.format("p99.9 is %.1f ms more, goal at most 50", more);
        screen.print(more <= 50 ? screen.good(verdict) : screen.bad(verdict));
        boolean good = true;
        for (Measurement one : List.of(without, with)) {
            if (!one.faults().isEmpty()) {
                screen.print(screen.bad("FAULT " + one.faults()));
                good = false;
            }
        }
        if (!arguments.text("json").isEmpty()) {
            var map = new LinkedHashMap<String, Object>();
            map.put("machine", Machine.json());
            map.put("replacements", swaps.get());
            map.put("undisturbed", without.json());
            map.put("replacing", with.json());
            Files.writeString(Path.of(arguments.text("json")), Json.of(map) + "\n");
        }
        return good ? 0 : 1;
    }

    private static void row(Table table, String what, Measurement one) {
        var load = one.load().orElseThrow();
        table.row(
                what,
                millis(load.millis(50)),
                millis(load.millis(99)),
                millis(load.millis(99.9)),
                millis(load.millis(100)),
                String.format("%,.0f", one.rate()));
    }

    private static String millis(double value) {
        return String.format("%.1f", value);
    }

    /** A node with a required plugin in its drop-in folder that is replaced while it runs; 0: is not. */
    private static final class Swapped implements Target {

        private final Node node;
        private final Folder jars;
        private final Thread thread;
        private volatile boolean over;

        Swapped(Path home, Path scratch, SinkProcess sink, long every, AtomicInteger swaps)
                throws IOException, InterruptedException {
            jars = Folder.below(scratch, "mta-bench-");
            for (int i = 0; i < VERSIONS; i++) {
                StampJar.write(jars.path().resolve("stamp-" + i + ".jar"), i + ".0.0");
            }
            var data = Folder.below(scratch, "mta-bench-");
            int port = Ports.free();
            Node.configure(home, data, port, new To(sink.smtp()));
            data.write("conf/stamp.yaml", StampJar.BINDING);
            Path deploy = Files.createDirectories(data.path().resolve("deploy"));
            Files.copy(jars.path().resolve("stamp-0.jar"), deploy.resolve("stamp-0.jar"));
            node = Node.start(home, data, port);
            thread = Thread.ofPlatform().unstarted(() -> swap(data.path().resolve("var/mta.sock"), every, swaps));
            if (every > 0) {
                thread.start();
            }
        }

        private void swap(Path socket, long every, AtomicInteger swaps) {
            try {
                for (int i = 1; !over; i++) {
                    String jar = jars.path()
                            .resolve("stamp-" + i % VERSIONS + ".jar")
                            .toString();
                    ControlSocket.ask(socket, "plugin", "update", jar);
                    swaps.incrementAndGet();
                    Thread.sleep(every);
                }
            } catch (IOException | InterruptedException e) {
                if (!over) {
                    System.err.println("swap: " + e.getMessage());
                }
            }
        }

        @Override
        public String name() {
            return "mta";
        }

        @Override
        public InetSocketAddress smtp() {
            return node.smtp();
        }

        @Override
        public long pid() {
            return node.pid();
        }

        @Override
        public void close() {
            over = true;
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            node.close();
            jars.close();
        }
    }
}

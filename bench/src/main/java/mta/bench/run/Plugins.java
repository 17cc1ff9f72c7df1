package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/**
 * What plugins cost, end to end: a node as it is shipped, one with five more Reception plugins, one with a script at
 * RCPT. All three run at the same time and are loaded in turn, round after round, because the machine's speed
 * changes more from minute to minute than what is to be seen here.
 */
public final class Plugins implements Command {

    private static final String PLAIN = "as shipped";

    /** A node by what it has more: files of its instance folder, each a resource; and its goal, as a part of the first. */
    private record Variant(String name, Map<String, String> files, double goal) {}

    private static final List<Variant> VARIANTS = List.of(
            new Variant(PLAIN, Map.of(), 1),
            new Variant(
                    "five plugins",
                    Map.of(
                            "conf/five.yaml", "five.yaml",
                            "conf/domains", "domains",
                            "conf/mailboxes", "mailboxes",
                            "conf/aliases", "aliases"),
                    0.9),
            new Variant("a script", Map.of("conf/look.yaml", "look.yaml", "scripts/look.mjs", "look.mjs"), 0.85));

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public String purpose() {
        return "end-to-end rate with five more plugins, or a script, against none";
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<>(Generate.loadOptions("20k"));
        options.addAll(RunCommand.runOptions());
        return options;
    }

    @Override
    public List<String> examples() {
        return List.of("plugins --rounds 7", "plugins --rounds 3 --messages 50k --json plugins.json");
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
        long rounds = Math.max(1, arguments.count("rounds"));
        Map<Variant, List<Measurement>> measured = new LinkedHashMap<>();
        try (var sink = SinkProcess.start()) {
            Map<Variant, Node> nodes = new LinkedHashMap<>();
            try {
                for (Variant variant : VARIANTS) {
                    screen.progress(variant.name(), -1, "starting");
                    nodes.put(variant, start(home, lab.scratch(), sink, variant));
                    lab.warmUp(variant.name(), nodes.get(variant), Optional.of(sink), load);
                }
                for (long round = 0; round < rounds; round++) {
                    for (Variant variant : VARIANTS) {
                        String what = variant.name() + ", " + (round + 1) + " of " + rounds;
                        measured.computeIfAbsent(variant, _ -> new ArrayList<>())
                                .add(lab.measure(what, nodes.get(variant), Optional.of(sink), load));
                    }
                }
            } finally {
                nodes.values().forEach(Node::close);
            }
            for (List<Measurement> ofOne : measured.values()) {
                for (int i = 0; i < ofOne.size(); i++) {
                    ofOne.set(i, lab.compare(ofOne.get(i), sink));
                }
            }
        }
        return report(measured, rounds, arguments, screen);
    }

    private static Node start(Path home, Path scratch, SinkProcess sink, Variant variant)
            throws IOException, InterruptedException {
        var data = Folder.below(scratch, "mta-bench-");
        int port = Ports.free();
        try {
            Node.configure(home, data, port, new Target.To(sink.smtp()));
            for (var file : variant.files().entrySet()) {
                try (var text = Plugins.class.getResourceAsStream("plugins/" + file.getValue())) {
                    data.write(file.getKey(), new String(text.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return Node.start(home, data, port);
        } catch (IOException | InterruptedException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static int report(Map<Variant, List<Measurement>> measured, long rounds, Arguments arguments, Screen screen)
            throws IOException {
        screen.title("plugins: median of " + rounds + " rounds, end to end");
        screen.print(screen.faint(Machine.text()));
        var table = new Table().row("node", "msg/s", "cpu us", "p50 ms", "p99 ms");
        var json = new LinkedHashMap<String, Object>();
        json.put("machine", Machine.json());
        var ratios = new ArrayList<Ratio>();
        boolean good = true;
        double plain = 0;
        for (var entry : measured.entrySet()) {
            Variant variant = entry.getKey();
            Measurement median = Lab.median(entry.getValue());
            var latency = median.load().orElseThrow();
            table.row(
                    variant.name(),
                    String.format("%,.0f", median.rate()),
                    String.format("%.0f", median.cpuMicros()),
                    String.format("%.1f", latency.millis(50)),
                    String.format("%.1f", latency.millis(99)));
            json.put(
                    variant.name(),
                    entry.getValue().stream().map(Measurement::json).toList());
            if (variant.name().equals(PLAIN)) {
                plain = median.rate();
            } else {
                ratios.add(new Ratio(variant.name() + " / " + PLAIN, median.rate() / plain, variant.goal()));
            }
        }
        screen.print(table.text());
        for (Ratio ratio : ratios) {
            screen.print(ratio.reached() ? screen.good(ratio.text()) : screen.bad(ratio.text()));
        }
        for (List<Measurement> ofOne : measured.values()) {
            for (Measurement one : ofOne) {
                if (!one.faults().isEmpty()) {
                    screen.print(screen.bad("FAULT " + one.faults()));
                    good = false;
                }
            }
        }
        if (!arguments.text("json").isEmpty()) {
            json.put("ratios", ratios.stream().map(Ratio::json).toList());
            Files.writeString(Path.of(arguments.text("json")), Json.of(json) + "\n");
        }
        return good ? 0 : 1;
    }
}

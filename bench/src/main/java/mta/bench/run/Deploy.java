package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.hooks.StampJar;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/** How long from moving a bundle into the drop-in folder until the plugin answers a client. */
public final class Deploy implements Command {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "deploy";
    }

    @Override
    public String purpose() {
        return "times a plugin from the drop-in folder to its first answer";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("rounds", COUNT, "20", "how often a new version is dropped"),
                Option.of("home", FILE, "", "the distribution to measure [launcher/target/dist]"),
                Option.of("scratch", FILE, "", "where spools go during a run [the system's temporary folder]"),
                Option.of("json", FILE, "", "also write the result as JSON"));
    }

    @Override
    public List<String> examples() {
        return List.of("deploy --rounds 50");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        Path home = Node.home(arguments.text("home"));
        long rounds = Math.max(1, arguments.count("rounds"));
        var millis = new ArrayList<Double>();
        try (var data = Folder.below(RunCommand.scratch(arguments), "mta-bench-")) {
            int port = Ports.free();
            Node.configure(home, data, port, new Target.Discard());
            data.write("conf/stamp.yaml", StampJar.BINDING);
            Path jar = Files.createDirectories(data.path().resolve("deploy")).resolve("stamp.jar");
            try (Node node = Node.start(home, data, port)) {
                for (long round = 1; round <= rounds; round++) {
                    screen.progress("deploy", (double) round / rounds, round + " of " + rounds);
                    String version = round + ".0.0";
                    long begin = System.nanoTime();
                    StampJar.write(jar, version);
                    while (!answers(port, version)) {
                        if (System.nanoTime() - begin > LIMIT.toNanos()) {
                            throw new IllegalStateException(
                                    version + " is not live: " + node.ask(0, "plugin", "info", "bench.stamp"));
                        }
                        Thread.sleep(2);
                    }
                    millis.add((System.nanoTime() - begin) / 1e6);
                }
            }
        }
        List<Double> sorted = millis.stream().sorted().toList();
        screen.title("deploy: " + rounds + " versions dropped, the first of them into an empty folder");
        screen.print(screen.faint(Machine.text()));
        screen.print(new Table()
                .row("what", "median", "most", "first", "goal")
                .row(
                        "file in place to first answer, ms",
                        round(sorted.get(sorted.size() / 2)),
                        round(sorted.getLast()),
                        round(millis.getFirst()),
                        "2000")
                .text());
        if (!arguments.text("json").isEmpty()) {
            var map = new LinkedHashMap<String, Object>();
            map.put("machine", Machine.json());
            map.put("deploy_ms", millis);
            Files.writeString(Path.of(arguments.text("json")), Json.of(map) + "\n");
        }
        return 0;
    }

    private static boolean answers(int port, String version) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            in.readLine();
            socket.getOutputStream()
                    .write("HELO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<version@d.example>\r\nQUIT\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            in.readLine();
            in.readLine();
            return String.valueOf(in.readLine()).endsWith("stamp " + version);
        }
    }

    private static String round(double value) {
        return String.format("%.0f", value);
    }
}

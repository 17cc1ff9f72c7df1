package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.TEXT;

import java.net.InetSocketAddress;
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
import mta.bench.args.UsageException;
import mta.bench.load.Generate;
import mta.bench.load.Load;
import mta.bench.text.Json;
import mta.bench.text.Screen;

/** The three runs that put a server under load. */
public final class RunCommand implements Command {

    /** What is measured, against what, and how much of it is wanted. */
    public enum Mode {
        ACCEPT("mail in, delivered to nowhere; compared with smtp-sink", "smtp-sink", 0.6),
        RELAY("mail in and out to the sink, end to end; compared with Postfix", "postfix", 8),
        RECONNECT("a new connection per message; compared with smtp-sink", "smtp-sink", 0.5);

        private final String purpose;
        private final String reference;
        private final double goal;

        Mode(String purpose, String reference, double goal) {
            this.purpose = purpose;
            this.reference = reference;
            this.goal = goal;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Mode mode;

    public RunCommand(Mode mode) {
        this.mode = mode;
    }

    @Override
    public String name() {
        return mode.word();
    }

    @Override
    public String purpose() {
        return mode.purpose;
    }

    static List<Option> runOptions() {
        return List.of(
                Option.of("warm-up", COUNT, "20k", "messages sent before the measurement"),
                Option.of("rounds", COUNT, "1", "how often all is measured in turn; the median counts"),
                Option.of("tool", TEXT, "generate", "what sends: generate, or smtp-source (Debian's postfix package)"),
                Option.flag("postfix", "measure a Postfix in the same run, too (needs root)"),
                Option.of("postfix-messages", COUNT, "3k", "messages for it, because it is slower"),
                Option.flag("no-reference", "do not measure the discarding programs"),
                Option.flag("no-mta", "do not measure our own MTA"),
                Option.flag("allocations", "bytes that our MTA allocates per message"),
                Option.flag("strace", "system calls per message of each server (slows it down)"),
                Option.of("patience", COUNT, "30", "seconds without an arrival until the rest is called lost"),
                Option.of("home", FILE, "", "the distribution to measure [launcher/target/dist]"),
                Option.of("scratch", FILE, "", "where spools go during a run [the system's temporary folder]"),
                Option.of("json", FILE, "", "also write the result as JSON"));
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<>(Generate.loadOptions("50k"));
        options.addAll(runOptions());
        return options;
    }

    @Override
    public List<String> examples() {
        return List.of(name() + " --messages 100k --rounds 3 --json " + name() + ".json", name() + " --postfix");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        Report report = report(mode, arguments, screen);
        report.print(screen);
        write(arguments, List.of(report));
        return report.good() ? 0 : 1;
    }

    static void write(Arguments arguments, List<Report> reports) throws java.io.IOException {
        if (!arguments.text("json").isEmpty()) {
            var map = new LinkedHashMap<String, Object>();
            map.put("machine", Machine.json());
            map.put("runs", reports.stream().map(Report::json).toList());
            Files.writeString(Path.of(arguments.text("json")), Json.of(map) + "\n");
        }
    }

    static Path scratch(Arguments arguments) {
        return Path.of(
                arguments.text("scratch").isEmpty() ? System.getProperty("java.io.tmpdir") : arguments.text("scratch"));
    }

    /** Measures all servers of a mode in turn, as often as asked, and takes the median of each. */
    static Report report(Mode mode, Arguments arguments, Screen screen) throws Exception {
        if (!List.of("generate", "smtp-source").contains(arguments.text("tool"))) {
            throw new UsageException("--tool " + arguments.text("tool") + ": generate or smtp-source");
        }
        boolean smtpSource = arguments.text("tool").equals("smtp-source");
        if (smtpSource && !SmtpSource.installed()) {
            throw new UsageException("--tool smtp-source needs Debian's postfix package (apt-get install postfix)");
        }
        if (!arguments.flag("no-mta")) {
            Node.home(arguments.text("home")); // better now than after the references have been measured
        }
        Load asked = Generate.load(arguments, new InetSocketAddress("127.0.0.1", 0));
        Load load = mode == Mode.RECONNECT ? asked.keep(false) : asked;
        var lab = new Lab(
                screen,
                arguments.count("warm-up"),
                arguments.count("patience"),
                new Lab.Extras(smtpSource, arguments.flag("allocations"), arguments.flag("strace")),
                scratch(arguments));
        Map<String, List<Measurement>> rounds = new LinkedHashMap<>();
        for (long round = 0; round < Math.max(1, arguments.count("rounds")); round++) {
            for (Measurement measured : round(mode, lab, load, arguments)) {
                rounds.computeIfAbsent(measured.server(), s -> new ArrayList<>())
                        .add(measured);
            }
        }
        var medians = new LinkedHashMap<String, Measurement>();
        rounds.forEach((server, measured) -> medians.put(server, worstFault(Lab.median(measured), measured)));
        return new Report(mode.word(), load, List.copyOf(medians.values()), ratios(mode, medians));
    }

    /** A fault in any round is a fault of the run. */
    private static Measurement worstFault(Measurement median, List<Measurement> rounds) {
        return rounds.stream().filter(m -> !m.faults().isEmpty()).findFirst().orElse(median);
    }

    private static List<Measurement> round(Mode mode, Lab lab, Load load, Arguments arguments) throws Exception {
        var measured = new ArrayList<Measurement>();
        if (!arguments.flag("no-reference")) {
            if (SmtpSink.installed()) {
                measured.add(lab.measure("smtp-sink", SmtpSink::start, Optional.empty(), load));
            }
            measured.add(lab.measure("own sink", OwnSink::start, Optional.empty(), load));
        }
        if (mode == Mode.RELAY) {
            try (var sink = SinkProcess.start()) {
                servers(new Target.To(sink.smtp()), lab, Optional.of(sink), load, arguments, measured);
            }
        } else {
            servers(new Target.Discard(), lab, Optional.empty(), load, arguments, measured);
        }
        return measured;
    }

    private static void servers(
            Target.Route route,
            Lab lab,
            Optional<SinkProcess> sink,
            Load load,
            Arguments arguments,
            List<Measurement> measured)
            throws Exception {
        if (!arguments.flag("no-mta")) {
            Path home = Node.home(arguments.text("home"));
            measured.add(lab.measure("mta", () -> Node.start(home, lab.scratch(), route), sink, load));
        }
        if (arguments.flag("postfix")) {
            long messages = Math.min(load.messages(), arguments.count("postfix-messages"));
            var brief = new Lab(lab.screen(), messages / 5, lab.patience(), lab.extras(), lab.scratch());
            measured.add(
                    brief.measure("postfix", () -> Postfix.start(lab.scratch(), route), sink, load.messages(messages)));
        }
    }

    private static List<Ratio> ratios(Mode mode, Map<String, Measurement> medians) {
        var mta = medians.get("mta");
        var reference = medians.get(mode.reference);
        if (mta == null || reference == null || reference.rate() == 0) {
            return List.of();
        }
        return List.of(new Ratio("mta / " + mode.reference, mta.rate() / reference.rate(), mode.goal));
    }
}

package mta.bench.run;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.SIZE;
import static mta.bench.args.Option.Kind.TEXT;

import java.util.ArrayList;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.args.UsageException;
import mta.bench.text.Screen;

/** The parts of the queue by themselves, without SMTP, each in a JVM of its own so that its heap can be bounded. */
public final class QueueCommand implements Command {

    /** Which part. */
    public enum Part {
        INDEX(
                "fills the queue's index and times summaries, scans and actions",
                List.of(
                        Option.of("entries", COUNT, "10m", "messages in the index"),
                        Option.of("heap", TEXT, "1g", "heap of the JVM that holds it")),
                List.of("index", "index --entries 1m --heap 256m")),
        SPOOL(
                "durable puts into the spool, or its start with many messages",
                List.of(
                        Option.of("run", TEXT, "put", "put, or replay: start with --count messages in it"),
                        Option.of("writers", COUNT, "20", "threads that put"),
                        Option.of("seconds", COUNT, "10", "how long they put"),
                        Option.of("rate", COUNT, "0", "messages per second (0: as many as go)"),
                        Option.of("bytes", SIZE, "10k", "bytes of a message"),
                        Option.of("live", COUNT, "0", "messages that stay before their removal"),
                        Option.of("stay", COUNT, "0", "one in so many is not removed (0: none)"),
                        Option.of("count", COUNT, "1m", "messages of a replay"),
                        Option.of("heap", TEXT, "1g", "heap of the JVM that holds it"),
                        Option.of("scratch", FILE, "", "where the spool goes [the system's temporary folder]")),
                List.of("spool --writers 64", "spool --run replay --count 1m --bytes 1k"));

        private final String purpose;
        private final List<Option> options;
        private final List<String> examples;

        Part(String purpose, List<Option> options, List<String> examples) {
            this.purpose = purpose;
            this.options = options;
            this.examples = examples;
        }
    }

    private static final List<String> PASSED_ON =
            List.of("run", "writers", "seconds", "rate", "bytes", "live", "stay", "count");

    private final Part part;

    public QueueCommand(Part part) {
        this.part = part;
    }

    @Override
    public String name() {
        return part.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String purpose() {
        return part.purpose;
    }

    @Override
    public List<Option> options() {
        return part.options;
    }

    @Override
    public List<String> examples() {
        return part.examples;
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        if (!arguments.text("heap").matches("[0-9]+[kmgKMG]?")) {
            throw new UsageException("--heap " + arguments.text("heap") + ": expected a size such as 256m or 1g");
        }
        screen.print(screen.faint(Machine.text()));
        if (part == Part.INDEX) {
            return child(arguments, "mta.bench.queue.IndexBench", List.of(Long.toString(arguments.count("entries"))));
        }
        if (!List.of("put", "replay").contains(arguments.text("run"))) {
            throw new UsageException("--run " + arguments.text("run") + ": put or replay");
        }
        try (var folder = Folder.below(RunCommand.scratch(arguments), "mta-bench-spool-")) {
            var words = new ArrayList<String>();
            words.add("dir=" + folder.path().resolve("spool"));
            for (String name : PASSED_ON) {
                words.add(name + "="
                        + switch (name) {
                            case "run" -> arguments.text(name);
                            case "bytes" -> arguments.bytes(name);
                            default -> arguments.count(name);
                        });
            }
            return child(arguments, "mta.bench.queue.SpoolBench", words);
        }
    }

    private static int child(Arguments arguments, String main, List<String> words) throws Exception {
        var command = new ArrayList<>(List.of(
                Child.java().toString(),
                "-Xmx" + arguments.text("heap"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(words);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}

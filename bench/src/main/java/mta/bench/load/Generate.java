package mta.bench.load;

import static mta.bench.args.Option.Kind.ADDRESS;
import static mta.bench.args.Option.Kind.CHOICE;
import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.SIZE;
import static mta.bench.args.Option.Kind.TEXT;
import static mta.bench.args.Option.Kind.TIME;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mta.bench.Command;
import mta.bench.Interrupt;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.args.UsageException;
import mta.bench.text.Json;
import mta.bench.text.Screen;

/** The load generator as a command. */
public final class Generate implements Command {

    /** The options that say what is sent; the runs that use the generator have them, too. */
    public static List<Option> loadOptions(String messages) {
        return List.of(
                Option.of("connections", COUNT, "20", "connections at a time"),
                Option.of("messages", COUNT, messages, "messages to send"),
                Option.of("duration", TIME, "5m", "start no message after this time"),
                Option.of("size", SIZE, "10k", "bytes of header and body"),
                Option.flag("keep", "keep connections open (the default)"),
                Option.flag("new-connection-per-message", "the opposite of --keep"),
                Option.of("pipelining", CHOICE, "on", "send MAIL, RCPT and DATA together"),
                Option.of("recipients-per-message", COUNT, "1", "recipients of each message"),
                Option.of(
                        "recipient",
                        TEXT,
                        "user{n}@dest{d}.example",
                        "their addresses, several with commas: {n} message, {r} recipient, {d} destination number"),
                Option.of("destinations", COUNT, "10", "how many numbers {d} stands for"),
                Option.of("sender", TEXT, "bench@sender.example", "reverse-path"),
                Option.of("rate", COUNT, "0", "messages started per second whatever the answers (0: no limit)"),
                Option.of("stall", TIME, "30s", "give a connection up after this silence"),
                Option.of("threads", COUNT, "1", "generator threads"));
    }

    public static Load load(Arguments arguments, InetSocketAddress to) {
        if (arguments.flag("keep") && arguments.flag("new-connection-per-message")) {
            throw new UsageException("--keep and --new-connection-per-message exclude each other");
        }
        return new Load(
                to,
                atLeastOne(arguments, "connections", 60_000),
                arguments.count("messages"),
                arguments.time("duration"),
                arguments.bytes("size"),
                !arguments.flag("new-connection-per-message"),
                arguments.on("pipelining"),
                arguments.text("sender"),
                arguments.text("recipient"),
                atLeastOne(arguments, "recipients-per-message", 1000),
                atLeastOne(arguments, "destinations", 1_000_000_000),
                arguments.count("rate"),
                arguments.time("stall"),
                atLeastOne(arguments, "threads", 64),
                100);
    }

    private static int atLeastOne(Arguments arguments, String name, int most) {
        long count = arguments.count(name);
        if (count < 1 || count > most) {
            throw new UsageException("--" + name + " " + count + ": from 1 to " + most);
        }
        return (int) count;
    }

    @Override
    public String name() {
        return "generate";
    }

    @Override
    public String purpose() {
        return "sends numbered messages over SMTP and measures rate and latency";
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<Option>();
        options.add(Option.of("to", ADDRESS, "127.0.0.1:2525", "the server"));
        options.addAll(loadOptions("10k"));
        options.add(Option.of("json", FILE, "", "also write the result as JSON (- for standard output only)"));
        return options;
    }

    @Override
    public List<String> examples() {
        return List.of(
                "generate --to 127.0.0.1:2525 --messages 100k --connections 50",
                "generate --to 127.0.0.1:2525 --duration 30s --rate 500 --size 100k");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        LoadResult result = watch(load(arguments, arguments.address("to")), "sending", screen);
        String json = Json.of(result.json());
        if (arguments.text("json").equals("-")) {
            screen.print(json);
        } else {
            if (!arguments.text("json").isEmpty()) {
                Files.writeString(Path.of(arguments.text("json")), json + "\n");
            }
            screen.print(summary(result));
        }
        return result.counts().accepted() > 0 && result.counts().aborted() == 0 ? 0 : 1;
    }

    /** Runs a load with a progress line; Ctrl-C ends it early, with what was measured so far. */
    public static LoadResult watch(Load load, String what, Screen screen) throws Exception {
        var generator = new Generator(load);
        var results = new ArrayList<LoadResult>();
        var failure = new ArrayList<Throwable>();
        var thread = Thread.ofPlatform().name("generator").start(() -> {
            try {
                results.add(generator.run());
            } catch (InterruptedException | RuntimeException e) {
                failure.add(e);
            }
        });
        try (var _ = Interrupt.on(generator::cancel)) {
            while (!thread.join(java.time.Duration.ofMillis(200))) {
                Counts counts = generator.counts();
                double seconds = generator.elapsedNanos() / 1e9;
                double fraction = Math.max(
                        (double) counts.all() / load.messages(),
                        seconds / load.duration().toSeconds());
                screen.progress(
                        what, fraction, String.format("%,d messages, %,.0f/s", counts.all(), counts.all() / seconds));
            }
        } finally {
            screen.clear();
        }
        if (results.isEmpty()) {
            throw new IllegalStateException("the generator failed", failure.getFirst());
        }
        return results.getFirst();
    }

    /** As {@link #watch}, for a run that makes no sense when it was cut short: then the part is printed. */
    public static LoadResult watchToEnd(Load load, String what, Screen screen) throws Exception {
        LoadResult result = watch(load, what, screen);
        if (Interrupt.requested()) {
            screen.print(what + ", until it was interrupted:");
            screen.print(summary(result));
            throw new InterruptedException();
        }
        return result;
    }

    /** The result for a person. */
    public static String summary(LoadResult result) {
        Counts counts = result.counts();
        var text = new StringBuilder();
        text.append(String.format(
                "%,d messages accepted in %.2f s: %,.0f msg/s%n",
                counts.accepted(), result.nanos() / 1e9, result.rate()));
        text.append(String.format(
                "latency ms  p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f%n",
                result.millis(50), result.millis(90), result.millis(99), result.millis(99.9), result.millis(100)));
        if (counts.all() != counts.accepted()) {
            text.append(String.format(
                    "deferred (4xx) %,d, refused (5xx) %,d, aborted %,d%n",
                    counts.deferred(), counts.refused(), counts.aborted()));
        }
        text.append(String.format(
                "generator  %.1f us of processor time per message, run %s%n", result.cpuMicros(), result.run()));
        if (!result.trouble().isEmpty()) {
            text.append("first trouble: ").append(result.trouble()).append('\n');
        }
        return text.toString();
    }
}

package mta.bench.sink;

import static mta.bench.args.Option.Kind.ADDRESS;
import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;
import static mta.bench.args.Option.Kind.FRACTION;
import static mta.bench.args.Option.Kind.SIZE;
import static mta.bench.args.Option.Kind.TEXT;
import static mta.bench.args.Option.Kind.TIME;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import mta.bench.Command;
import mta.bench.Interrupt;
import mta.bench.args.Arguments;
import mta.bench.args.Nearest;
import mta.bench.args.Option;
import mta.bench.args.UsageException;
import mta.bench.text.Json;
import mta.bench.text.Screen;

/** The sink as a process of its own. */
public final class SinkCommand implements Command {

    @Override
    public String name() {
        return "sink";
    }

    @Override
    public String purpose() {
        return "takes messages over SMTP, counts them by number, keeps nothing";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("listen", ADDRESS, "127.0.0.1:2526", "where to listen (port 0: any)"),
                Option.of("control", COUNT, "0", "loopback port that answers 'stats' and 'tally RUN' (0: any)"),
                Option.of("offer", TEXT, "", "EHLO keywords to offer, with commas [all but CHUNKING and DSN]"),
                Option.of("size-limit", SIZE, "0", "refuse larger messages (0: no limit)"),
                Option.of("defer", FRACTION, "0", "messages answered with 451"),
                Option.of("refuse", FRACTION, "0", "messages answered with 554"),
                Option.of("drop", FRACTION, "0", "messages whose connection is closed instead of an answer"),
                Option.of("delayed", FRACTION, "0", "messages answered after --delay"),
                Option.of("delay", TIME, "1s", "the delay of those, and of recipients slow...@"),
                Option.of("tarpit", TIME, "0ms", "wait before every reply"),
                Option.of("capture", FILE, "", "folder to keep messages in"),
                Option.of("capture-max", COUNT, "1000", "how many to keep at most"),
                Option.of("threads", COUNT, "1", "sink threads"),
                Option.flag("attached", "end when standard input ends"));
    }

    @Override
    public List<String> examples() {
        return List.of("sink --listen 127.0.0.1:2526", "sink --defer 5% --tarpit 20ms --offer PIPELINING,CHUNKING");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        SinkSettings settings = settings(arguments);
        var end = new CountDownLatch(1);
        try (var sink = Sink.start(settings);
                var control = new Control(sink, (int) arguments.count("control"));
                var _ = Interrupt.on(end::countDown)) {
            screen.print("sink ready smtp=" + sink.address().getPort() + " control=" + control.port());
            Thread.ofVirtual().start(() -> {
                awaitStop(control);
                end.countDown();
            });
            if (arguments.flag("attached")) {
                Thread.ofPlatform().daemon().start(() -> {
                    drainInput();
                    end.countDown();
                });
            }
            end.await();
            screen.print(Json.of(sink.counts().json()));
        }
        return 0;
    }

    private static SinkSettings settings(Arguments arguments) {
        double defer = arguments.fraction("defer");
        double refuse = arguments.fraction("refuse");
        double drop = arguments.fraction("drop");
        double delayed = arguments.fraction("delayed");
        if (defer + refuse + drop + delayed > 1) {
            throw new UsageException("--defer, --refuse, --drop and --delayed together exceed 1");
        }
        boolean plain =
                defer + refuse + drop + delayed == 0 && arguments.time("tarpit").isZero() && !arguments.given("delay");
        var faults = plain
                ? SinkSettings.Faults.NONE
                : new SinkSettings.Faults(
                        defer, refuse, drop, delayed, arguments.time("delay"), arguments.time("tarpit"));
        var capture =
                Optional.of(arguments.text("capture")).filter(c -> !c.isEmpty()).map(Path::of);
        int threads = (int) arguments.count("threads");
        if (threads < 1) {
            throw new UsageException("--threads 0: at least 1");
        }
        return new SinkSettings(
                arguments.address("listen"),
                offer(arguments.text("offer")),
                arguments.bytes("size-limit"),
                faults,
                capture,
                (int) arguments.count("capture-max"),
                threads);
    }

    private static Set<String> offer(String words) {
        if (words.isEmpty()) {
            return SinkSettings.USUAL;
        }
        var offered = new HashSet<String>();
        for (String word : words.toUpperCase(Locale.ROOT).split(",")) {
            if (!SinkSettings.KEYWORDS.contains(word)) {
                throw new UsageException("--offer " + word + ": none of " + SinkSettings.KEYWORDS
                        + Nearest.to(word, SinkSettings.KEYWORDS)
                                .map(n -> ", the nearest is " + n)
                                .orElse(""));
            }
            offered.add(word);
        }
        return offered;
    }

    private static void awaitStop(Control control) {
        try {
            control.awaitStop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drainInput() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // As good as its end.
        }
    }
}

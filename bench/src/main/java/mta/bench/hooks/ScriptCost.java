package mta.bench.hooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.bench.text.Table;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.HdrHistogram.Histogram;
import plugins.script.Bench;
import plugins.script.Script;
import plugins.script.tool.TestWorld;

/**
 * Calls hooks of Reception.rcpt on one thread, as a session does: through the runner, with a plan pinned, a deadline
 * watched and edits kept. {@code ScriptCost SECONDS}.
 */
final class ScriptCost {

    private static final int BATCH = 100;

    /** Reads three properties and has no opinion. */
    private static final class ThreeInJava implements Reception {

        private long seen;

        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            seen += transaction.id().length()
                    + transaction.session().listener().length()
                    + recipient.address().domain().length();
            return Verdict.next();
        }
    }

    private static final String EMPTY = """
            export default { name: 'empty', api: 1, reception: { rcpt(tx, to) {} } };
            """;

    private static final String THREE = """
            let seen = 0;
            export default { name: 'three', api: 1, reception: {
              rcpt(tx, to) { seen += tx.id().length + tx.session().listener().length + to.address().domain().length; } } };
            """;

    private ScriptCost() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = Math.max(1, Integer.parseInt(arguments[0]));
        Path folder = Files.createTempDirectory("mta-bench-script-");
        try (var bench = new Bench(folder)) {
            var plugins = new LinkedHashMap<String, Reception>();
            plugins.put("Java, three properties", new ThreeInJava());
            String runtime = "";
            for (Map.Entry<String, String> one :
                    Map.of("nothing", EMPTY, "three properties", THREE).entrySet()) {
                Path file = Files.writeString(folder.resolve("s" + plugins.size() + ".mjs"), one.getValue());
                Script script = load(bench, file);
                plugins.put("JavaScript, " + one.getKey(), script.implement(Reception.class));
                runtime = bench.runtime();
            }
            var table = new Table().row("hook", "first second", "mean", "p50", "p99", "p99.9");
            plugins.forEach((name, plugin) -> table.row(measure(name, plugin, seconds)));
            System.out.println("JavaScript: " + runtime);
            System.out.println("nanoseconds per call, through the runner; percentiles over batches of " + BATCH
                    + " calls, in the last of " + seconds + " seconds");
            System.out.print(table.text());
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static Script load(Bench bench, Path file) throws IOException {
        try {
            return bench.load(file.toRealPath(), new TestWorld().services());
        } catch (plugins.script.ScriptRefused e) {
            throw new IOException(e);
        }
    }

    private static String[] measure(String name, Reception plugin, int seconds) {
        TestTransaction transaction =
                TestSession.from("192.0.2.1").helo("client.example").mail("a@b.example");
        Recipient recipient = Recipient.of("c@d.example");
        try (var hooks = new HookRunner(_ -> {}, InstantSource.system())) {
            hooks.register(Reception.class, plugin, Map.of("mta.plugin", "measured"));
            hooks.bind(List.of(Binding.of("measured", "measured", "Reception", "rcpt")))
                    .ifPresent(reason -> {
                        throw new IllegalStateException(reason);
                    });
            Stage<Reception> rcpt = hooks.point(Reception.class).stage("rcpt");
            try (Pin pin = hooks.pin()) {
                Histogram first = second(rcpt, pin, transaction, recipient);
                Histogram last = first;
                for (int i = 1; i < seconds; i++) {
                    last = second(rcpt, pin, transaction, recipient);
                }
                return new String[] {
                    name,
                    "%.0f".formatted(first.getMean()),
                    "%.0f".formatted(last.getMean()),
                    Long.toString(last.getValueAtPercentile(50)),
                    Long.toString(last.getValueAtPercentile(99)),
                    Long.toString(last.getValueAtPercentile(99.9))
                };
            }
        }
    }

    private static Histogram second(Stage<Reception> rcpt, Pin pin, TestTransaction transaction, Recipient recipient) {
        var times = new Histogram(3);
        long end = System.nanoTime() + 1_000_000_000L;
        for (long now = System.nanoTime(); now < end; ) {
            for (int i = 0; i < BATCH; i++) {
                Verdict verdict = rcpt.decide(pin, key -> "", (plugin, call) -> plugin.rcpt(transaction, recipient))
                        .verdict();
                if (!(verdict instanceof Verdict.Next)) {
                    throw new IllegalStateException("the hook failed: " + verdict);
                }
            }
            long then = System.nanoTime();
            times.recordValue((then - now) / BATCH);
            now = then;
        }
        return times;
    }
}

package plugins.logkafka;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import mta.core.hooks.HookRunner;
import mta.core.metrics.Meters;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.testkit.plugin.Settings;

/** The plugin with what it needs of a node: the runner, and a format. */
final class Rig implements AutoCloseable {

    final HookRunner hooks = new HookRunner(_ -> {}, InstantSource.system());
    private final Path directory;

    Rig(Path directory) {
        this.directory = directory;
        RecordFormat json =
                record -> (((LogRecord.Event) record).values().get("n") + "\n").getBytes(StandardCharsets.UTF_8);
        hooks.register(RecordFormat.class, json, Map.of("mta.plugin", "log-json", "mta.named", "json"));
        hooks.bind(List.of());
    }

    /** With short pauses; settings with a dot in their name are entries of a map. */
    KafkaLog plugin(String broker, Object... settings) {
        var entries = new HashMap<String, Object>();
        return new KafkaLog(hooks, new Meters(), config(broker, entries, settings), entries, InstantSource.system());
    }

    KafkaLog.Config config(String broker, Map<String, Object> entries, Object... settings) {
        var given = new ArrayList<Object>(List.of(
                "brokers",
                broker.isEmpty() ? new String[0] : new String[] {broker},
                "directory",
                directory.toString(),
                "linger",
                "0",
                "timeout",
                "4s",
                "retry",
                "10ms",
                "maxRetry",
                "100ms"));
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i].toString().contains(".")) {
                entries.put(settings[i].toString(), settings[i + 1]);
            } else {
                given.add(settings[i]);
                given.add(settings[i + 1]);
            }
        }
        return Settings.of(KafkaLog.Config.class, given.toArray());
    }

    /** Of ten messages. */
    static List<LogRecord> records(int from, int to) {
        return IntStream.range(from, to)
                .<LogRecord>mapToObj(n -> new LogRecord.Event(
                        Instant.ofEpochSecond(1_700_000_000 + n), "Test", Map.of("n", n, "id", "m" + n % 10)))
                .toList();
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain: " + what);
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        hooks.close();
    }
}

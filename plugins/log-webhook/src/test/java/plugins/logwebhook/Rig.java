package plugins.logwebhook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        RecordFormat json = record -> ("{\"n\":" + number(record) + ",\"kind\":\"" + record.kind() + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        hooks.register(RecordFormat.class, json, Map.of("mta.plugin", "log-json", "mta.named", "json"));
        hooks.bind(List.of());
    }

    static Object number(LogRecord record) {
        return record instanceof LogRecord.Event event ? event.values().getOrDefault("n", -1) : -1;
    }

    /** With short pauses; a setting {@code headers.Name} is a header field. */
    WebhookLog plugin(String url, Object... settings) {
        var given = new ArrayList<Object>(List.of(
                "url", url, "directory", directory.toString(), "linger", "0", "retry", "10ms", "maxRetry", "40ms"));
        var entries = new HashMap<String, Object>();
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i].toString().startsWith("headers.")) {
                entries.put(settings[i].toString(), settings[i + 1]);
            } else {
                given.add(settings[i]);
                given.add(settings[i + 1]);
            }
        }
        var config = Settings.of(WebhookLog.Config.class, given.toArray());
        return new WebhookLog(hooks, new Meters(), config, entries, InstantSource.system());
    }

    static List<LogRecord> records(int from, int to) {
        return IntStream.range(from, to)
                .<LogRecord>mapToObj(n -> new LogRecord.Event(Instant.EPOCH, "Test", Map.of("n", n)))
                .toList();
    }

    static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Override
    public void close() {
        hooks.close();
    }
}

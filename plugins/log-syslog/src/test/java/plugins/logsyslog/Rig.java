package plugins.logsyslog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import mta.core.hooks.HookRunner;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.testkit.plugin.Settings;

/** The plugin with what it needs of a node: the runner, and formats. */
final class Rig implements AutoCloseable {

    private final HookRunner hooks = new HookRunner(_ -> {}, InstantSource.system());

    Rig() {
        format(
                "json",
                record -> text("{\"n\":" + ((LogRecord.Event) record).values().get("n") + "}\n"));
        format("two-lines", _ -> text("first\nsecond\n"));
        format("nothing", _ -> new byte[0]);
        hooks.bind(List.of());
    }

    private void format(String name, RecordFormat format) {
        hooks.register(RecordFormat.class, format, Map.of("mta.plugin", name, "mta.named", name));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    SyslogLog plugin(String server, Object... settings) {
        var given = new ArrayList<Object>(List.of("server", server, "hostname", "mx1"));
        given.addAll(List.of(settings));
        return new SyslogLog(hooks, Settings.of(SyslogLog.Config.class, given.toArray()));
    }

    static List<LogRecord> records(int from, int to) {
        return IntStream.range(from, to)
                .<LogRecord>mapToObj(n -> new LogRecord.Event(Instant.EPOCH, "Test", Map.of("n", n)))
                .toList();
    }

    @Override
    public void close() {
        hooks.close();
    }
}

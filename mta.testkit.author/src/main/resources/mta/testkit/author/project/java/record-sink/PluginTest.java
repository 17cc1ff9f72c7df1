package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mta.plugins.api.log.LogRecord;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class @class@Test {

    private static final LogRecord RECORD =
            new LogRecord.Event(Instant.parse("2026-01-02T03:04:05Z"), "Weather", Map.of("text", "fine\nForged"));

    @TempDir
    Path folder;

    @Test
    void writesALinePerRecord() throws Exception {
        Path file = folder.resolve("log");
        new @class@(Settings.of(@class@.Config.class, "file", file.toString())).write(List.of(RECORD, RECORD));
        assertEquals(
                "2026-01-02T03:04:05Z Weather text=fine?Forged\n".repeat(2), Files.readString(file));
    }

    @Test
    void saysSoWhenItCannotWrite() {
        var plugin = new @class@(Settings.of(@class@.Config.class, "file", folder.toString()));
        assertThrows(IOException.class, () -> plugin.write(List.of(RECORD)));
    }
}

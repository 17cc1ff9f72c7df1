package plugins.logmaillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import mta.plugins.api.log.LogRecord;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaillogTest {

    @TempDir
    Path directory;

    private Maillog plugin(Path file) {
        var config = Settings.of(Maillog.Config.class, "file", file.toString(), "hostname", "mx1");
        return new Maillog(config, ZoneOffset.UTC);
    }

    @Test
    void linesAreAppended() throws IOException {
        Path file = directory.resolve("log/mail.log");
        for (String id : List.of("M1", "M2")) {
            var plugin = plugin(file);
            plugin.write(List.of(Samples.delivered(id, "b@c.example"), Samples.login(false)));
            plugin.close();
        }
        assertEquals(4, Files.readAllLines(file).size());
        assertEquals(
                "rw-r-----",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void recordsWithoutALineMakeNoFile() throws IOException {
        Path file = directory.resolve("mail.log");
        plugin(file).write(List.of(new LogRecord.Event(Instant.EPOCH, "Score", Map.of())));
        assertFalse(Files.exists(file));
    }

    @Test
    void aFileThatWasMovedOrRemovedIsNoticed() throws IOException {
        Path file = directory.resolve("mail.log");
        var plugin = plugin(file);
        plugin.write(List.of(Samples.delivered("M1", "b@c.example")));
        Files.move(file, directory.resolve("mail.log.1"));
        plugin.write(List.of(Samples.delivered("M2", "b@c.example")));
        assertTrue(Files.readString(file).contains("M2:"));
        assertFalse(Files.readString(file).contains("M1:"));
        Files.delete(file);
        plugin.write(List.of(Samples.delivered("M3", "b@c.example")));
        assertTrue(Files.readString(file).contains("M3:"));
        plugin.control("reopen");
        plugin.write(List.of(Samples.delivered("M4", "b@c.example")));
        assertTrue(Files.readString(file).contains("M4:"));
        plugin.close();
    }

    @Test
    void aPlaceThatCannotBeWrittenThrows() throws IOException {
        Path blocked = Files.writeString(directory.resolve("file"), "");
        var plugin = plugin(blocked.resolve("mail.log"));
        assertThrows(IOException.class, () -> plugin.write(List.of(Samples.delivered("M1", "b@c.example"))));
    }

    @Test
    void theFormatIsTheSame() throws IOException {
        Path file = directory.resolve("mail.log");
        var plugin = plugin(file);
        var record = Samples.received("M1", "a@b.example", 5, "c@d.example");
        plugin.write(List.of(record));
        assertEquals(Files.readString(file), new String(plugin.format(record), StandardCharsets.UTF_8));
        plugin.close();
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Maillog(Settings.of(Maillog.Config.class, "hostname", "a b"), ZoneOffset.UTC));
    }
}

package plugins.logjson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import mta.plugins.api.log.LogRecord;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLogTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("log/mail.json");
    }

    private JsonLog log(Object... pairs) {
        Object[] all = Stream.concat(Stream.of("file", file.toString()), Stream.of(pairs))
                .toArray();
        return new JsonLog(Settings.of(JsonLog.Config.class, all), () -> now);
    }

    private LogRecord event(int n) {
        return new LogRecord.Event(now, "Test", Map.of("n", n));
    }

    private static int lines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private List<Path> old() throws IOException {
        try (var all = Files.list(file.getParent())) {
            return new ArrayList<>(
                    all.filter(other -> !other.equals(file)).sorted().toList());
        }
    }

    @Test
    void writesLinesAndNobodyElseMayReadThem() throws Exception {
        JsonLog log = log("sync", true);
        log.write(List.of(event(1), event(2)));
        log.write(List.of(event(3)));
        String text = Files.readString(file);
        assertEquals(3, lines(text));
        assertTrue(text.endsWith("\"n\":3}\n"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void rotatesBySizeAndKeepsWhatItIsToldTo() throws Exception {
        JsonLog log = log("maxSize", "100", "keep", 3);
        for (int i = 0; i < 8; i++) {
            log.write(List.of(event(i)));
        }
        log.file().awaitTidy();
        assertEquals(1, lines(Files.readString(file)), "a line of 58 bytes: two do not fit");
        List<Path> old = old();
        assertEquals(3, old.size(), old.toString());
        List<String> kept = new ArrayList<>();
        for (Path each : old) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(each))) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                kept.add(text.substring(text.indexOf("\"n\":")).strip());
            }
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
        assertEquals(
                List.of("\"n\":4}", "\"n\":5}", "\"n\":6}"),
                kept.stream().sorted().toList());
    }

    @Test
    void rotatesAtMidnight() throws Exception {
        JsonLog log = log("gzip", false);
        log.write(List.of(event(1)));
        now = Instant.parse("2026-01-02T23:59:59Z");
        log.write(List.of(event(2)));
        assertEquals(List.of(), old());
        now = Instant.parse("2026-01-03T00:00:00Z");
        log.write(List.of(event(3)));
        assertEquals(
                "mail.json-20260103T000000Z", old().getFirst().getFileName().toString());
        assertEquals(2, lines(Files.readString(old().getFirst())));
        assertEquals(1, lines(Files.readString(file)));
    }

    @Test
    void aFileFromYesterdayIsSetAsideAtStart() throws Exception {
        log().write(List.of(event(1)));
        Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(1))));
        JsonLog log = log("gzip", false);
        log.write(List.of(event(2)));
        assertEquals(1, old().size());
        assertEquals(1, lines(Files.readString(file)));
    }

    @Test
    void reopensWhenSomebodyElseHasMovedTheFile() throws Exception {
        JsonLog log = log();
        log.write(List.of(event(1)));
        Path moved = file.resolveSibling("moved");
        Files.move(file, moved);
        log.write(List.of(event(2)));
        assertFalse(Files.exists(file));
        log.control("reopen");
        log.write(List.of(event(3)));
        assertEquals(2, lines(Files.readString(moved)));
        assertEquals(1, lines(Files.readString(file)));
    }

    @Test
    void goesOnAtTheEndOfAFileThatWasEmptied() throws Exception {
        JsonLog log = log();
        log.write(List.of(event(1), event(2)));
        Files.newByteChannel(file, StandardOpenOption.WRITE).truncate(0).close();
        log.write(List.of(event(3)));
        assertEquals('{', Files.readString(file).charAt(0));
        assertEquals(1, lines(Files.readString(file)));
    }

    @Test
    void aTornLineIsEnded() throws Exception {
        log().write(List.of(event(1)));
        Files.writeString(file, "{\"time\":\"20", StandardOpenOption.APPEND);
        log("every", "0").write(List.of(event(2)));
        String[] lines = Files.readString(file).split("\n");
        assertEquals(3, lines.length);
        assertEquals("{\"time\":\"20", lines[1]);
        assertTrue(lines[2].endsWith("\"n\":2}"));
    }

    @Test
    void failsWithoutAPlaceToWriteAndRecovers() throws Exception {
        Files.writeString(folder.resolve("log"), "in the way");
        JsonLog log = log();
        assertThrows(IOException.class, () -> log.write(List.of(event(1))));
        Files.delete(folder.resolve("log"));
        log.write(List.of(event(1)));
        assertEquals(1, lines(Files.readString(file)));
    }

    /** {@code /dev/full} answers every write as a full disk does. */
    @Test
    void aFullDiskIsAFailureAndNothingElse() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full on this system");
        file = Path.of("/dev/full");
        JsonLog log = log("maxSize", "0", "every", "0");
        IOException failure = assertThrows(IOException.class, () -> log.write(List.of(event(1))));
        assertTrue(failure.getMessage().contains("space"), failure.toString());
        file = folder.resolve("mail.json");
        log.modified(Settings.of(JsonLog.Config.class, "file", file.toString()));
        log.write(List.of(event(1)));
        assertEquals(1, lines(Files.readString(file)));
    }

    @Test
    void anInterruptedWriteLeavesTheNextOneWhole() throws Exception {
        JsonLog log = log("every", "0");
        log.write(List.of(event(1)));
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> log.write(List.of(event(2))));
        assertTrue(Thread.interrupted());
        log.write(List.of(event(2)));
        String text = Files.readString(file);
        assertEquals(2, lines(text), text);
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> log("maxSize", "big"));
        assertThrows(IllegalArgumentException.class, () -> log("every", "1ms"));
        assertThrows(IllegalArgumentException.class, () -> log("keep", -1));
    }
}

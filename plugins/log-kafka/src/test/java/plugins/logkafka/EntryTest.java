package plugins.logkafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.log.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {

    private static final Instant TIME = Instant.parse("2026-11-24T18:00:00.123Z");

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theKeyIsTheIdOfTheMessage() {
        var about = new LogRecord.Event(TIME, "Test", Map.of("id", "m1", "n", 3));
        assertEquals(Optional.of("m1"), Entry.of(about, octets("{}")).key());
        var none = new LogRecord.Event(TIME, "Test", Map.of("session", "s1"));
        assertEquals(Optional.empty(), Entry.of(none, octets("{}")).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{}\n", "{}\r\n"})
    void theValueHasNoLineEnd(String formatted) {
        var record = new LogRecord.Event(TIME, "Test", Map.of());
        assertArrayEquals(octets("{}"), Entry.of(record, octets(formatted)).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m1", "Grüße ☺"})
    void whatIsReadIsWhatWasWritten(String key) {
        var entry = new Entry("Delivered", TIME, Optional.of(key).filter(text -> !text.isEmpty()), octets("{\"a\":1}"));
        Entry read = Entry.of(entry.octets());
        assertEquals(entry.kind(), read.kind());
        assertEquals(TIME, read.time());
        assertEquals(entry.key(), read.key());
        assertArrayEquals(entry.value(), read.value());
    }

    @Test
    void anotherVersionIsNotMisread() {
        byte[] octets = new Entry("Delivered", TIME, Optional.empty(), octets("{}")).octets();
        octets[0]++;
        assertThrows(UncheckedIOException.class, () -> Entry.of(octets));
    }
}

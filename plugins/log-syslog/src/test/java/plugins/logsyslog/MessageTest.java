package plugins.logsyslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import mta.plugins.api.log.LogRecord;
import org.junit.jupiter.api.Test;

/** RFC 5424 section 6. */
class MessageTest {

    private static final Instant TIME = Instant.parse("2026-11-04T08:09:10.123456789Z");

    private final Message message = new Message(2, "mx1.example", "mta", "417", 480);

    private String of(String kind, String text) {
        var record = new LogRecord.Event(TIME, kind, Map.of());
        return new String(message.of(record, text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void aMessage() {
        assertEquals(
                "<22>1 2026-11-04T08:09:10.123456Z mx1.example mta 417 Delivered - {\"id\":\"M1\"}",
                of("Delivered", "{\"id\":\"M1\"}\n"));
        assertTrue(of("Bounced", "x").startsWith("<21>1 "));
        assertTrue(of("PluginFailure", "x\r\n").startsWith("<20>1 "));
        assertTrue(of("Delivered", "x\r\n").endsWith(" - x"));
    }

    @Test
    void wordsAreWordsAndNoLongerThanAllowed() {
        assertTrue(of("a kind\nof its own, and much too long to be one", "x")
                .contains(" a_kind_of_its_own,_and_much_too_ - x"));
        var odd = new Message(23, "", "näme", "p".repeat(200), 480);
        String text =
                new String(odd.of(new LogRecord.Event(TIME, "K", Map.of()), new byte[] {'x'}), StandardCharsets.UTF_8);
        assertEquals("<190>1 2026-11-04T08:09:10.123456Z - n_me " + "p".repeat(128) + " K - x", text);
    }

    @Test
    void longOnesAreCutBetweenCharacters() {
        for (int i = 0; i < 4; i++) {
            String text = of("K", "x".repeat(i) + "€".repeat(400));
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(length <= 480 && length > 476, "" + length);
            assertTrue(text.endsWith("€"), text);
        }
    }
}

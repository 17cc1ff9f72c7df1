package plugins.logjson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import mta.plugins.api.Reply;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFormatTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
    private final JsonFormat format = new JsonFormat();

    private String line(LogRecord record) {
        return new String(format.format(record), StandardCharsets.UTF_8);
    }

    @Test
    void fieldsInTheirOrder() {
        var leg = new Leg("shop", "", "d.example", "smtp", "mx.d.example", "default", "mx.d.example[192.0.2.1]:25");
        var record = new Delivered(
                TIME,
                "ID",
                "a@b.example",
                "c@d.example",
                leg,
                1,
                Reply.parse("250 2.0.0 \"Ok\""),
                Duration.ofMillis(112));
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.678Z\",\"kind\":\"Delivered\",\"id\":\"ID\","
                        + "\"sender\":\"a@b.example\",\"recipient\":\"c@d.example\",\"tenant\":\"shop\","
                        + "\"campaign\":\"\","
                        + "\"destination\":\"d.example\",\"transport\":\"smtp\",\"site\":\"mx.d.example\","
                        + "\"source\":\"default\",\"peer\":\"mx.d.example[192.0.2.1]:25\",\"attempt\":1,"
                        + "\"reply\":\"250 2.0.0 \\\"Ok\\\"\",\"ageMillis\":112}\n",
                line(record));
    }

    @Test
    void listsAndWhatIsAbsent() {
        var record = new Reception(
                TIME,
                "ID",
                "mx",
                "ESMTP",
                "192.0.2.1",
                Optional.empty(),
                "",
                List.of("a@b", "c@d"),
                5,
                "t",
                "",
                Optional.of("<1@x>"),
                Optional.empty());
        String line = line(record);
        assertEquals(true, line.contains("\"recipients\":[\"a@b\",\"c@d\"],\"bytes\":5"), line);
        assertFalse(line.contains("user"));
        assertFalse(line.contains("held"));
    }

    @Test
    void anEventCannotPoseAsAnotherTimeOrKind() {
        var values = new LinkedHashMap<String, Object>();
        values.put("kind", "Delivered");
        values.put("time", true);
        values.put("n", 5L);
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.678Z\",\"kind\":\"x\",\"eventKind\":\"Delivered\","
                        + "\"eventTime\":true,\"n\":5}\n",
                line(new LogRecord.Event(TIME, "x", values)));
    }

    @Test
    void whatStrangersSendStaysInItsString() {
        assertEquals(
                "\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\\u007f\\u0085\\u2028\\u2029/\"",
                string("\"\\\n\r\t\0\u001f\u007f\u0085\u2028\u2029/"));
        assertEquals("\"\ud83d\ude00ä\"", string("\ud83d\ude00ä"));
        assertEquals("\"\ufffd\ufffdx\ufffd\"", string("\ud83d\ud83dx\ude00"));
        assertEquals("\"\ufffd\"", string("\ud83d"));
    }

    private static String string(String value) {
        var out = new StringBuilder();
        JsonFormat.string(out, value);
        return out.toString();
    }

    /** Whatever goes in, an independent reader sees as many objects as were written, with the same text. */
    @Test
    void pythonReadsBackTheSame(@TempDir Path folder) throws Exception {
        var random = new Random(20260102);
        var lines = new StringBuilder();
        var expected = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                int range = switch (random.nextInt(4)) {
                    case 0 -> 0x80;
                    case 1 -> 0x20;
                    case 2 -> 0x10000;
                    default -> 0x110000;
                };
                int point = random.nextInt(range);
                text.append(range > 0x10000 ? Character.toString(point) : String.valueOf((char) point));
            }
            lines.append(line(new LogRecord.Event(TIME, "x", Map.of("v", text.toString()))));
            // UTF-16 to hex of UTF-32, lone surrogates replaced, so that the comparison needs no JSON
            text.codePoints()
                    .map(c -> c >= 0xd800 && c < 0xe000 ? 0xfffd : c)
                    .forEach(c -> expected.append(Integer.toHexString(c)).append(' '));
            expected.append('\n');
        }
        Path file = folder.resolve("lines.json");
        Files.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
        String script = "import json,sys\n"
                + "for l in open(sys.argv[1],'rb').read().split(b'\\n')[:-1]:\n"
                + "  print(''.join('%x ' % ord(c) for c in json.loads(l.decode('utf-8','strict'))['v']))\n";
        assertEquals(expected.toString(), python(script, file));
    }

    private static String python(String script, Path file) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", "-c", script, file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("python3 is not installed: its JSON reader is the judge of this test");
            throw e;
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}

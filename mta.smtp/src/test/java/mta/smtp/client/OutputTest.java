package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutputTest {

    /** RFC 5321 section 4.5.2; / stands for CRLF, ~ for a bare LF. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "a/b/          | a/b/./",
                "./            | .././",
                "../..a/       | .../...a/./",
                "a/.b/..c/     | a/..b/...c/./",
                "a.b/c./       | a.b/c././",
                "no end        | no end/./",
                ".             | .././",
                "lf~.~         | lf~..~/./",
                "/.            | /.././",
                "nothing       | ./",
            })
    void stuffs(String content, String expected) throws IOException {
        String octets = content == null ? "" : wire(content);
        assertEquals(wire(expected), stuffed(octets, 1));
        assertEquals(wire(expected), stuffed(octets, 2));
        assertEquals(wire(expected), stuffed(octets, 1_000_000));
    }

    private static String wire(String row) {
        return row.replace("/", "\r\n").replace("~", "\n");
    }

    @Test
    void stuffsLikeTheObviousWay() throws IOException {
        var random = new Random(25);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            int length = random.nextInt(round % 10 == 0 ? 40_000 : 60);
            while (text.length() < length) {
                text.append(random.nextInt(4) == 0 ? "\r\n" : "..\nab\rcdefghijklmnop".charAt(random.nextInt(20)));
            }
            String content = text.toString();
            String lines = content.endsWith("\r\n") || content.isEmpty() ? content : content + "\r\n";
            String expected = ("\n" + lines).replace("\n.", "\n..").substring(1) + ".\r\n";
            assertEquals(expected, stuffed(content, 1 + random.nextInt(100)));
        }
    }

    private static String stuffed(String content, int piece) throws IOException {
        var wire = new ByteArrayOutputStream();
        var out = new Output(wire);
        byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
        out.beginContent(true);
        for (int at = 0; at < octets.length; at += piece) {
            out.write(octets, at, Math.min(piece, octets.length - at));
        }
        out.endContent();
        out.flush();
        assertEquals(octets.length, out.taken());
        return wire.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void oneWriteForAUsualMessage() throws IOException {
        var writes = new AtomicInteger();
        var out = new Output(new OutputStream() {
            @Override
            public void write(int octet) {
                writes.incrementAndGet();
            }

            @Override
            public void write(byte[] octets, int from, int length) {
                writes.incrementAndGet();
            }
        });
        out.line("MAIL FROM:<a@example.org>");
        out.line("RCPT TO:<b@example.com>");
        out.line("DATA");
        out.flush();
        out.beginContent(true);
        out.write(("x".repeat(76) + "\r\n").repeat(131).getBytes(StandardCharsets.US_ASCII));
        out.endContent();
        out.flush();
        assertEquals(2, writes.get());
    }
}

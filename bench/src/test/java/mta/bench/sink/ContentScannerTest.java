package mta.bench.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentScannerTest {
    private static final String MESSAGE = "Received: from a\r\n by b\r\nx-BENCH-id: 0badcafe-000000000123\r\n"
            + "Subject: X-Bench-Id: 11111111-9\r\n\r\nX-Bench-Id: 22222222-000000000001\r\n"
            + "..stuffed\r\nbare\n.\ncr\r.\rhalf\r\n.\n\n.\r\n..\r\nlong " + "x".repeat(100) + " . \r\n";

    /** However the stream is cut, the end is found at the same place; every cut of the whole stream is tried. */
    @Test
    void everyCutIntoTwoReadsGivesTheSame() {
        byte[] stream = (MESSAGE + ".\r\nMAIL FROM:<next@x>\r\n").getBytes(StandardCharsets.US_ASCII);
        int end = MESSAGE.length() + 3;
        for (int cut = 0; cut <= end; cut++) {
            var scanner = new ContentScanner();
            scanner.start();
            int found = scanner.scan(stream, 0, cut);
            if (cut < end) {
                assertEquals(-1, found, "cut at " + cut);
                found = scanner.scan(stream, cut, stream.length);
            }
            assertEquals(end, found, "cut at " + cut);
            assertEquals(0x0badcafe, scanner.run(), "cut at " + cut);
            assertEquals(123, scanner.number(), "cut at " + cut);
            assertEquals(end, scanner.bytes(), "cut at " + cut);
        }
    }

    @Test
    void byteByByteGivesTheSame() {
        byte[] stream = (MESSAGE + ".\r\n").getBytes(StandardCharsets.US_ASCII);
        var scanner = new ContentScanner();
        scanner.start();
        for (int i = 0; i < stream.length - 1; i++) {
            assertEquals(-1, scanner.scan(stream, i, i + 1), "byte " + i);
        }
        assertEquals(stream.length, scanner.scan(stream, stream.length - 1, stream.length));
    }

    /** RFC 5321 section 4.1.1.4: only CRLF.CRLF ends content. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a\n.\n", "a\r.\r", "a\r\n.\n", "a\n.\r\n", "a\r\n.\rb", "a\r\n..\r\n", "a.\r\n", "\r\r.\r\n"})
    void nothingElseEndsContent(String text) {
        var scanner = new ContentScanner();
        scanner.start();
        byte[] bytes = ("H: v\r\n\r\n" + text).getBytes(StandardCharsets.US_ASCII);
        assertEquals(-1, scanner.scan(bytes, 0, bytes.length));
    }

    @Test
    void anEmptyMessageEndsAtOnce() {
        var scanner = new ContentScanner();
        scanner.start();
        assertEquals(3, scanner.scan(".\r\n".getBytes(StandardCharsets.US_ASCII), 0, 3));
        assertEquals(-1, scanner.number());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Bench-Id: 0badcaf-1", "X-Bench-Id: 0badcafeg1", "X-Bench-Ix: 0badcafe-1", "X-Bench-Id:"})
    void anIdThatIsNotOneIsNone(String header) {
        var scanner = new ContentScanner();
        scanner.start();
        byte[] bytes = (header + "\r\n\r\n.\r\n").getBytes(StandardCharsets.US_ASCII);
        assertEquals(bytes.length, scanner.scan(bytes, 0, bytes.length));
        assertEquals(-1, scanner.number(), header);
    }
}

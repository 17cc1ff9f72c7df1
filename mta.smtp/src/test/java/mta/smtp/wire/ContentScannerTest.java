package mta.smtp.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentScannerTest {

    /** {@code ~} is CRLF, {@code ^} LF, {@code _} CR; behind the bar what is not content any more. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                ".~, ``, ``, ",
                "a~.~, a~, ``, ",
                "a~.~NOOP~, a~, NOOP~, ",
                "a~..~.~, a~.~, ``, ",
                "a~..b~.~, a~.b~, ``, ",
                "a~.b~.~, a~b~, ``, ",
                "a~...~.~, a~..~, ``, ",
                "h: v~~b~.~, h: v~~b~, ``, ",
                // smuggling: none of these ends the data
                "a^.^b~.~, a^.^b~, ``, bare",
                "a^.~b~.~, a^.~b~, ``, bare",
                "a~.^b~.~, a~^b~, ``, bare",
                "a_.~b~.~, a_.~b~, ``, bare",
                "a_._b~.~, a_._b~, ``, bare",
                "a~._b~.~, a~_b~, ``, bare",
                "a~.__~b~.~, a~__~b~, ``, bare",
                "a~^.~b~.~, a~^.~b~, ``, bare",
                "a~_.~b~.~, a~_.~b~, ``, bare",
                "a_~.~, a_~, ``, bare",
                "a^~.~, a^~, ``, bare",
                "a_^.~, a~, ``, ",
                "._^X~, ``, X~, ",
                // octets
                "a\u0000b~.~, a\u0000b~, ``, nul",
                "`\u0000~.~`, `\u0000~`, ``, nul",
                "a\u0080b~.~, a\u0080b~, ``, header8",
                "a~~b\u00ffb~.~, a~~b\u00ffb~, ``, body8",
                "\u0080~~\u0080~.~, \u0080~~\u0080~, ``, header8 body8",
                "`\tx\ty~.~`, `\tx\ty~`, ``, ",
            })
    void dataHoweverCut(String input, String content, String rest, String notes) {
        byte[] octets = octets(input);
        for (int size = 1; size <= octets.length; size++) {
            var out = new ByteArrayOutputStream();
            var scanner = ContentScanner.data(out::write);
            int used = 0;
            while (!scanner.ended() && used < octets.length) {
                int to = Math.min(octets.length, used + size);
                used = scanner.feed(octets, used, to);
            }
            assertTrue(scanner.ended());
            assertEquals(content, text(out.toByteArray()), "in pieces of " + size);
            assertEquals(rest, text(octets).substring(text(octets).length() - (text(octets, used)).length()));
            assertEquals(notes == null ? "" : notes, notes(scanner), "in pieces of " + size);
            assertEquals(out.size(), scanner.size());
        }
    }

    private static String notes(ContentScanner scanner) {
        return ((scanner.bareEnd() ? "bare " : "")
                        + (scanner.nul() ? "nul " : "")
                        + (scanner.eightBitHeader() ? "header8 " : "")
                        + (scanner.eightBitBody() ? "body8 " : ""))
                .strip();
    }

    private static byte[] octets(String text) {
        return text.replace("~", "\r\n").replace('^', '\n').replace('_', '\r').getBytes(ISO_8859_1);
    }

    private static String text(byte[] octets) {
        return text(octets, 0);
    }

    private static String text(byte[] octets, int from) {
        return new String(octets, from, octets.length - from, ISO_8859_1)
                .replace("\r\n", "~")
                .replace('\n', '^')
                .replace('\r', '_');
    }

    @Test
    void itStopsBehindTheHeaderSection() {
        byte[] octets = octets("a: b~c: d~~body~.~");
        var out = new ByteArrayOutputStream();
        var scanner = ContentScanner.data(out::write);
        int used = scanner.feed(octets, 0, octets.length);
        assertFalse(scanner.inHeader());
        assertEquals("a: b~c: d~~", text(out.toByteArray()));
        assertEquals(14, scanner.headerSize());
        assertEquals(octets.length, scanner.feed(octets, used, octets.length));
        assertTrue(scanner.ended());
    }

    @Test
    void theLongestLineCountsItsCrlf() {
        byte[] octets = octets("12345~123~.~");
        var scanner = ContentScanner.data((b, from, length) -> {});
        scanner.feed(octets, 0, octets.length);
        assertEquals(7, scanner.longestLine());
        byte[] endless = octets("12345678901234567890");
        scanner = ContentScanner.data((b, from, length) -> {});
        for (int i = 0; i < endless.length; i++) {
            scanner.feed(endless, i, i + 1);
        }
        assertEquals(20, scanner.longestLine());
    }

    @Test
    void chunksAreTakenAsTheyAre() {
        byte[] octets = octets("a: b~~.~..~.");
        var out = new ByteArrayOutputStream();
        var scanner = ContentScanner.chunks(false, out::write);
        int used = 0;
        while (used < octets.length) {
            used = scanner.feed(octets, used, octets.length);
        }
        assertFalse(scanner.ended());
        scanner.finish();
        assertEquals("a: b~~.~..~.~", text(out.toByteArray()));
        assertFalse(scanner.bareEnd());
    }

    @Test
    void binaryBodiesMayHoldAnything() {
        byte[] octets = octets("a: b~~^_\u0000\u00ff^");
        var out = new ByteArrayOutputStream();
        var scanner = ContentScanner.chunks(true, out::write);
        int used = 0;
        while (used < octets.length) {
            used = scanner.feed(octets, used, octets.length);
        }
        scanner.finish();
        assertEquals("a: b~~^_\u0000\u00ff^", text(out.toByteArray()));
        assertEquals("", notes(scanner));
    }

    /** Against a plain reading of the rules, octet by octet. */
    @Test
    void randomContentIsReadLikeThePlainWay() {
        var random = new Random(7);
        byte[] alphabet = {'\r', '\n', '.', 'a', 0, (byte) 0x80, '\t', '\r', '\n', '.'};
        for (int round = 0; round < 20_000; round++) {
            var octets = new byte[random.nextInt(40)];
            boolean lines = random.nextBoolean();
            for (int i = 0; i < octets.length; i++) {
                octets[i] = lines && random.nextInt(3) > 0 ? (byte) 'b' : alphabet[random.nextInt(alphabet.length)];
            }
            var out = new ByteArrayOutputStream();
            var scanner = ContentScanner.data(out::write);
            int used = 0;
            while (!scanner.ended() && used < octets.length) {
                used = scanner.feed(octets, used, Math.min(octets.length, used + 1 + random.nextInt(12)));
            }
            String all = new String(octets, ISO_8859_1);
            int end = ("\r\n" + all).indexOf("\r\n.\r\n");
            assertEquals(end >= 0, scanner.ended(), text(octets));
            if (end >= 0) {
                String content = ("\r\n" + all.substring(0, Math.max(0, end)))
                        .replace("\r\n.", "\r\n")
                        .substring(2);
                assertEquals(content, out.toString(ISO_8859_1), text(octets));
                assertEquals(end + 3, used, text(octets));
                assertEquals(content.replace("\r\n", "").matches("(?s).*[\r\n].*"), scanner.bareEnd(), text(octets));
            }
        }
    }
}

package mta.smtp.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineScannerTest {

    private static final int MAX = 10;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``, ``",
                "NOOP~, NOOP",
                "A~B~~C~, A|B||C",
                "12345678~, 12345678",
                "123456789~X~, TOO_LONG|X",
                "1234567890~X~, TOO_LONG|X",
                "12345678901234567890~X~, TOO_LONG|X",
                "A^B~X~, BARE|X",
                "A_B~X~, BARE|X",
                "A_~X~, BARE|X",
                "^~X~, BARE|X",
                "A^^B^~X~, BARE|X",
                "A^, BARE",
                "A_^_^~X~, A|||X",
                "123456789_~X~, TOO_LONG|X",
                "12345678_9~X~, BARE|X",
                "123456789^~X~, BARE|X",
                "1234567890^~X~, TOO_LONG|X",
                "A, ``",
            })
    void linesHoweverCut(String input, String expected) throws IOException {
        byte[] octets =
                input.replace("~", "\r\n").replace('^', '\n').replace('_', '\r').getBytes(ISO_8859_1);
        for (int size = 1; size <= octets.length + 1; size++) {
            assertEquals(expected, String.join("|", scan(octets, size)), "in pieces of " + size);
        }
    }

    private static List<String> scan(byte[] octets, int size) throws IOException {
        var in = new Incoming(new Pieces(octets, size));
        var lines = new LineScanner(in);
        var found = new ArrayList<String>();
        while (true) {
            switch (lines.next(MAX)) {
                case LINE -> found.add(lines.line().rest());
                case TOO_LONG -> found.add("TOO_LONG");
                case BARE -> found.add("BARE");
                case MORE -> {
                    if (!in.fill()) {
                        return found;
                    }
                }
            }
        }
    }

    /** Gives at most so many octets for each read. */
    static final class Pieces extends InputStream {

        private final InputStream in;
        private final int size;

        Pieces(byte[] octets, int size) {
            in = new ByteArrayInputStream(octets);
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] octets, int from, int length) throws IOException {
            return in.read(octets, from, Math.min(length, size));
        }
    }
}

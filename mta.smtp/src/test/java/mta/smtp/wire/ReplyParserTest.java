package mta.smtp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import mta.plugins.api.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyParserTest {

    /** Lines are separated by / and end in CRLF, by // in LF. RFC 5321 section 4.2, RFC 2034 section 4. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "250 2.1.0 ok                            | 250 2.1.0 ok",
                "250 ok                                  | 250 ok",
                "250                                     | 250",
                "250-one/250-two/250 three               | 250 one two three",
                "250-2.1.5 one/250 2.1.5 two             | 250 2.1.5 one two",
                "550-5.7.1 no/550 at all                 | 550 5.7.1 no at all",
                "250-fine/550 but no                     | 550 fine but no",
                "250-fine/no code here/250 end           | 250 fine no code here end",
                "//250 after an empty line               | 250 after an empty line",
                "452 5.2.2 class does not fit            | 452 5.2.2 class does not fit",
                "550 5.1 not a code                      | 550 5.1 not a code",
                "550 5.1.1                               | 550 5.1.1",
                "250ok                                   | 250 ok",
                "354\u0000go\u0007on                     | 354 ?go?on",
                "220 caf\u00c3\u00a9                     | 220 café",
                "220 caf\u00e9                           | 220 caf\ufffd",
            })
    void reads(String octets, String expected) throws BadReplyException {
        assertEquals(expected, parse(wire(octets)).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "HTTP/1.1 400 Bad Request",
                "199 too low",
                "600 too high",
                "2500 four digits",
                "25 ok",
                " 250 ok"
            })
    void refusesWhatIsNoReply(String octets) {
        assertThrows(BadReplyException.class, () -> parse(octets + "\r\n"));
    }

    @Test
    void cutsLongLines() throws BadReplyException {
        Reply reply = parse("250 " + "x".repeat(10_000) + "\r\n");
        assertEquals(ReplyParser.MAX_TEXT, reply.text().length());
    }

    @Test
    void refusesEndlessReplies() {
        assertThrows(BadReplyException.class, () -> parse("250-x\r\n".repeat(20_000)));
        assertThrows(BadReplyException.class, () -> parse("x".repeat(100_000)));
    }

    @Test
    void keepsAFewLines() throws BadReplyException {
        Reply reply = parse("250-x\r\n".repeat(500) + "250 end\r\n");
        assertEquals(ReplyParser.MAX_LINES, reply.lines().size());
    }

    @Test
    void readsOneReplyAtATime() throws BadReplyException {
        var parser = new ReplyParser();
        byte[] octets = "250 one\r\n421 two".getBytes(StandardCharsets.US_ASCII);
        int at = parser.feed(octets, 0, octets.length);
        assertEquals(9, at);
        assertEquals("250 one", parser.take().toString());
        assertFalse(parser.isUnderWay());
        parser.feed(octets, at, octets.length);
        assertFalse(parser.isComplete());
        assertTrue(parser.isUnderWay());
        parser.end();
        assertEquals("421 two", parser.take().toString());
    }

    private static String wire(String row) {
        return row.replace("//", "\n").replace("/", "\r\n") + "\r\n";
    }

    /** Whole and octet by octet: both must give the same. */
    private static Reply parse(String latin1) throws BadReplyException {
        byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);
        var single = new ReplyParser();
        for (int at = 0; at < octets.length && !single.isComplete(); at++) {
            single.feed(octets, at, at + 1);
        }
        var whole = new ReplyParser();
        whole.feed(octets, 0, octets.length);
        Reply reply = whole.take();
        assertEquals(reply, single.take());
        return reply;
    }
}

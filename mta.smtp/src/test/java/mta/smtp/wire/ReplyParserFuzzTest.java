package mta.smtp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Reply;

/** Whatever a server sends is a reply or a refusal, the same however the octets are cut into reads. */
final class ReplyParserFuzzTest {

    @FuzzTest
    void anyOctets(byte[] octets) {
        assertEquals(read(octets, octets.length), read(octets, 1));
        assertEquals(read(octets, octets.length), read(octets, 7));
    }

    private static List<String> read(byte[] octets, int piece) {
        var found = new ArrayList<String>();
        var parser = new ReplyParser();
        try {
            for (int from = 0; from < octets.length; from += piece) {
                int to = Math.min(octets.length, from + piece);
                int at = from;
                while (at < to) {
                    int next = parser.feed(octets, at, to);
                    assertTrue(next > at, "no progress");
                    at = next;
                    if (parser.isComplete()) {
                        found.add(line(parser.take()));
                    }
                }
            }
            parser.end();
            if (parser.isComplete()) {
                found.add(line(parser.take()));
            }
        } catch (BadReplyException e) {
            found.add("bad: " + e.getMessage());
        }
        return found;
    }

    private static String line(Reply reply) {
        String line = reply.toString();
        assertTrue(line.chars().noneMatch(c -> c < ' '), line);
        return line;
    }
}

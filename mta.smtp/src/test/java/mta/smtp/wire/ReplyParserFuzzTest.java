package mta.smtp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import mta.plugins.api.Reply;
import org.junit.jupiter.api.Test;

/**
 * Whatever a server sends is a reply or a refusal, the same however the octets are cut into reads. {@link
 * #fuzzerTestOneInput} is a target for Jazzer's command; here it is fed with seeds and changes of them.
 */
final class ReplyParserFuzzTest {

    private static final List<String> SEEDS = List.of(
            "250-scripted.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            "550-5.1.1 no\r\n550 what\r\n421",
            "250-a\n\r\n\u0000\u00ff250\r\n",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "220 2.0.0\r\n354\r\n999 x\r\n",
            "250-5.1.1.1 x\r\n250-2.. \r\n250 2.1.5\u0007\r\n");

    @Test
    void seedsAndChangesOfThem() {
        var random = new Random(2821);
        for (String seed : SEEDS) {
            fuzzerTestOneInput(seed.getBytes(StandardCharsets.ISO_8859_1));
            for (int round = 0; round < 5_000; round++) {
                fuzzerTestOneInput(changed(seed.getBytes(StandardCharsets.ISO_8859_1), random));
            }
        }
    }

    private static byte[] changed(byte[] seed, Random random) {
        for (int changes = random.nextInt(6); changes >= 0; changes--) {
            seed[random.nextInt(seed.length)] =
                    random.nextBoolean() ? (byte) random.nextInt(256) : (byte) "\r\n 2-.05".charAt(random.nextInt(8));
        }
        return seed;
    }

    static void fuzzerTestOneInput(byte[] octets) {
        List<String> whole = read(octets, Math.max(1, octets.length));
        assertEquals(whole, read(octets, 1));
        assertEquals(whole, read(octets, 7));
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

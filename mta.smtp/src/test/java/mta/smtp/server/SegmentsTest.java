package mta.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However TCP cuts what the client sends, the server answers the same and takes the same. */
class SegmentsTest {

    private static final String GREET = "EHLO client.example\r\n";
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\n";

    private static final List<String> SESSIONS = List.of(
            GREET + MAIL + "DATA\r\nSubject: x\r\n\r\nhello\r\n..\r\n.\r\nQUIT\r\n",
            GREET + MAIL + "DATA\r\n.\r\n" + MAIL + "DATA\r\n\r\n.\r\nRSET\r\nQUIT\r\n",
            GREET + MAIL + "DATA\r\na\n.\nb\r.\r\nc\r\n.\rd\r\n.\r\nNOOP\r\n",
            GREET + MAIL + "BDAT 5\r\nab\r\ncBDAT 0\r\nBDAT 3 LAST\r\n\r\n.NOOP\r\n",
            GREET + "BDAT 6\r\nQUIT\r\nNOOP\r\n" + MAIL + "BDAT 6 LAST\r\na: b\r\nNOOP\r\n",
            GREET + "NOOP\nNOOP\r\nNOOP\rNOOP\r\nNOOP\r\n",
            "NOOP " + "x".repeat(600) + "\r\nNOOP " + "x".repeat(504) + "\r\nNOOP\r\nNOOP " + "x".repeat(505)
                    + "\r\nNOOP\r\n",
            "NOOP " + "x".repeat(505) + "\n\r\nNOOP " + "x".repeat(506) + "\r\r\nNOOP " + "x".repeat(507)
                    + "\n\r\nNOOP\r\n",
            GREET + "AUTH LOGIN\r\n" + TestServer.base64("bob@mydomain.tld") + "\r\n" + TestServer.base64("secret")
                    + "\r\n" + MAIL,
            GREET + "AUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n????\r\nAUTH PLAIN\r\n\n\r\nNOOP\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            GREET + "WHAT\r\n".repeat(25),
            GREET + MAIL + "DATA\r\n" + "y".repeat(3000) + "\r\n.\r\n" + MAIL + "DATA\r\nx\r\n.\r\nQUIT\r\n");

    @Test
    void octetByOctet() {
        for (String session : SESSIONS) {
            byte[] octets = session.getBytes(ISO_8859_1);
            check(session, cut(octets, 1));
            check(session, cut(octets, 2));
            check(session, cut(octets, 7));
            check(session, cut(octets, 1000));
        }
    }

    @Test
    void anywhere() {
        var random = new Random(11);
        for (int round = 0; round < 300; round++) {
            String session = SESSIONS.get(random.nextInt(SESSIONS.size()));
            byte[] octets = session.getBytes(ISO_8859_1);
            var pieces = new ArrayList<byte[]>();
            int from = 0;
            while (from < octets.length) {
                int to = Math.min(octets.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
                pieces.add(Arrays.copyOfRange(octets, from, to));
                from = to;
            }
            check(session, pieces.toArray(byte[][]::new));
        }
    }

    private static byte[][] cut(byte[] octets, int size) {
        var pieces = new ArrayList<byte[]>();
        for (int from = 0; from < octets.length; from += size) {
            pieces.add(Arrays.copyOfRange(octets, from, Math.min(octets.length, from + size)));
        }
        return pieces.toArray(byte[][]::new);
    }

    private static void check(String session, byte[][] pieces) {
        TestServer whole = server();
        String expected = whole.talk(session.getBytes(ISO_8859_1));
        TestServer cut = server();
        assertEquals(expected, cut.talk(pieces), session);
        assertEquals(whole.intake.taken, cut.intake.taken, session);
        assertEquals(whole.rejections().size(), cut.rejections().size(), session);
    }

    private static TestServer server() {
        return new TestServer().withAuth(false).set("maxCommandLine", 512).set("maxMessageSize", 2000);
    }
}

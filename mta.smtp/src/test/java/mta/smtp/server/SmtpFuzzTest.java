package mta.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Base64;
import mta.plugins.api.Address;
import mta.smtp.wire.ContentScanner;
import mta.smtp.wire.Cursor;
import mta.smtp.wire.EsmtpParameters;
import mta.smtp.wire.PathParser;
import mta.smtp.wire.SyntaxException;

/**
 * Whatever strangers send. As a normal test each method runs with the committed seeds; {@code JAZZER_FUZZ=1} with the
 * name of one method looks for new ones.
 */
class SmtpFuzzTest {

    /** Commands, DATA, BDAT, AUTH: a session always ends, never with an exception, and every reply is well-formed. */
    @FuzzTest(maxDuration = "5m")
    void session(byte[] input) {
        var server = new TestServer()
                .withTls()
                .withAuth(false)
                .set("maxMessageSize", 4000)
                .set("maxErrors", 100);
        check(server, server.talk(input));
    }

    /** The same with each line of the input made to end with CRLF, and greetings before it. */
    @FuzzTest(maxDuration = "5m")
    void commands(byte[] input) {
        var server = new TestServer()
                .withTls()
                .withAuth(false)
                .set("maxMessageSize", 4000)
                .set("maxErrors", 100);
        String lines = new String(input, ISO_8859_1).replace("\r", "").replace("\n", "\r\n") + "\r\n";
        check(server, server.talk(("EHLO client.example\r\n" + lines).getBytes(ISO_8859_1)));
    }

    private static void check(TestServer server, String said) {
        for (String line : said.split("\r\n")) {
            assertTrue(line.matches("[2345]\\d\\d[ -][\\x20-\\uffff]*"), () -> "a reply is malformed: " + line);
        }
        assertTrue(said.endsWith("\r\n"));
        assertEquals(0, server.intake.open.get(), "drafts left open");
        assertEquals(0, server.hooks.openPins.get(), "pins left open");
        for (var taken : server.intake.taken) {
            boolean binary = taken.envelope().sender().body() == mta.plugins.api.mail.BodyType.BINARY_MIME;
            String rest = taken.content().replace("\r\n", "");
            assertTrue(binary || rest.indexOf('\n') < 0 && rest.indexOf('\r') < 0, "a bare line end was let through");
        }
    }

    /** What is accepted as a path reads the same when it is written again. */
    @FuzzTest(maxDuration = "5m")
    void paths(byte[] input) {
        try {
            var in = new Cursor(input, 0, input.length);
            Address address = PathParser.forwardPath(in);
            EsmtpParameters.parse(in);
            assertEquals(address, PathParser.forwardPath(Cursor.of("<" + address + ">")));
        } catch (SyntaxException e) {
            assertTrue(e.position() >= 0 && e.position() <= Math.max(input.length, address(e)), e.toString());
        }
    }

    private static int address(SyntaxException e) {
        return e.position();
    }

    /** However it is cut, content is read the same, and only CRLF.CRLF ends it. */
    @FuzzTest(maxDuration = "5m")
    void content(byte[] input) {
        int size = input.length == 0 ? 1 : 1 + (input[0] & 15);
        String whole = read(input, Math.max(1, input.length));
        assertEquals(whole, read(input, size));
        int end = ("\r\n" + new String(input, ISO_8859_1)).indexOf("\r\n.\r\n");
        assertEquals(end >= 0, whole.startsWith("true"));
    }

    private static String read(byte[] input, int size) {
        var out = new StringBuilder();
        var scanner = ContentScanner.data((b, from, length) -> out.append(new String(b, from, length, ISO_8859_1)));
        int used = 0;
        while (!scanner.ended() && used < input.length) {
            used = scanner.feed(input, used, Math.min(input.length, used + size));
        }
        return scanner.ended() + " " + scanner.bareEnd() + scanner.nul() + scanner.eightBitHeader()
                + scanner.eightBitBody() + scanner.headerSize() + " " + used + " " + out;
    }

    /** Chunk sizes that fit, and those that do not; the octets of a chunk are never commands. */
    @FuzzTest(maxDuration = "5m")
    void chunks(byte[] input) {
        int first = input.length / 2;
        byte[] head = ("EHLO x\r\nMAIL FROM:<a@example.com> BODY=BINARYMIME\r\nRCPT TO:<b@example.org>\r\nBDAT " + first
                        + "\r\n")
                .getBytes(ISO_8859_1);
        byte[] middle = ("BDAT " + (input.length - first) + " LAST\r\n").getBytes(ISO_8859_1);
        byte[] tail = "VRFY end\r\n".getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + input.length + middle.length + tail.length);
        System.arraycopy(input, 0, all, head.length, first);
        System.arraycopy(middle, 0, all, head.length + first, middle.length);
        System.arraycopy(input, first, all, head.length + first + middle.length, input.length - first);
        System.arraycopy(tail, 0, all, all.length - tail.length, tail.length);
        var server = new TestServer().set("maxErrors", 2);
        String said = server.talk(all);
        check(server, said);
        assertTrue(said.endsWith("252 2.1.5 Cannot verify, but will take mail for it and try to deliver\r\n"), said);
    }

    @FuzzTest(maxDuration = "5m")
    void sasl(byte[] input) {
        var server = new TestServer().withAuth(false).set("maxErrors", 100).set("maxAuthFailures", 100);
        byte[] begin = "EHLO x\r\nAUTH LOGIN\r\n".getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(begin, begin.length + input.length);
        System.arraycopy(input, 0, all, begin.length, input.length);
        check(server, server.talk(all));
        String encoded = Base64.getEncoder().encodeToString(input);
        String said = server.talk("EHLO x\r\nAUTH PLAIN " + (encoded.isEmpty() ? "=" : encoded) + "\r\nNOOP\r\n");
        check(server, said);
    }
}

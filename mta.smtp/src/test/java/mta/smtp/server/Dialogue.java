package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays a talk between a client and the server over a real socket, from a file that anybody can read:
 *
 * <pre>
 * # comment
 * set maxErrors 3          a setting of the server
 * with tls                 the server has: tls, auth (with plaintext mechanisms), scram-like (auth without TLS), lmtp,
 * full, stopping C: NOOP                  the client sends a line with CRLF; lines up to the next S: go out in one
 * segment R: NOOP                  the same without CRLF
 * S: 250 2.0.0 .*          the server answers with this line (a regular expression) ...
 * S: 250                   ... or with this code alone (250 or 2xx): a whole reply, whatever its text
 * E:                       the server closes the connection
 * Z:                       the client closes it
 * I: 1                     so many messages were accepted (when the session is over)
 * M: text                  the last accepted message's content has this in it
 * L: stage reply           the last refusal in the records, as a regular expression
 * </pre>
 *
 * In C: and R: lines {@code \r \n \t \0 \\ \xHH} stand for octets and <code>{x*600}</code> for 600 times x.
 */
final class Dialogue {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern REPEAT = Pattern.compile("\\{([^{}*]+)\\*(\\d+)}");
    private static final Pattern CODE = Pattern.compile("\\d{3}|\\dxx");

    private final List<String> script;
    private final TestServer server;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private Dialogue(List<String> script, TestServer server) {
        this.script = script;
        this.server = server;
    }

    static void play(Path file, TestServer server) throws Exception {
        new Dialogue(Files.readAllLines(file), server).play();
    }

    private void play() throws Exception {
        for (String line : script) {
            if (line.startsWith("set ")) {
                String[] words = line.split("\\s+", 3);
                server.set(words[1], words[2]);
            } else if (line.startsWith("with ")) {
                with(line.substring(5).strip());
            }
        }
        var client = new Socket();
        try (client;
                var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            client.connect(port.getLocalSocketAddress());
            Socket accepted = port.accept();
            client.setSoTimeout(PATIENCE_MILLIS);
            Thread session = Thread.ofVirtual().start(() -> {
                try (var wire = new SocketWire(accepted)) {
                    server.serve(wire);
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            talk(client, session);
            close(client);
            assertTrue(session.join(Duration.ofMillis(PATIENCE_MILLIS)), "the session does not end");
        }
        assertNull(failure.get(), () -> "the session failed: " + failure.get());
        assertEquals(0, server.intake.open.get(), "drafts left open");
        assertEquals(0, server.hooks.openPins.get(), "pins left open");
    }

    private void with(String what) {
        switch (what) {
            case "tls" -> server.withTls();
            case "auth" -> server.withAuth(true);
            case "scram-like" -> server.withAuth(false);
            case "lmtp" -> server.lmtp();
            case "full" -> server.intake.full = true;
            case "stopping" -> server.stopping = true;
            case "closed" -> server.closed = "The disk is nearly full";
            default -> fail("no such thing: " + what);
        }
    }

    private void talk(Socket client, Thread session) throws Exception {
        var said = new ByteArrayOutputStream();
        InputStream in = client.getInputStream();
        for (int i = 0; i < script.size(); i++) {
            String line = script.get(i);
            String where = "line " + (i + 1) + ": " + line;
            if (line.isBlank() || line.startsWith("#") || line.startsWith("set ") || line.startsWith("with ")) {
                continue;
            }
            String what = line.length() > 3 ? line.substring(3) : "";
            switch (line.substring(0, 2)) {
                case "C:" -> said.write(octets(what + "\\r\\n"));
                case "R:" -> said.write(octets(what));
                case "S:" -> {
                    send(client, said);
                    expect(in, what.strip(), where);
                }
                case "E:" -> {
                    send(client, said);
                    assertEquals("", readLine(in), where + ": the server goes on");
                }
                case "Z:" -> {
                    send(client, said);
                    close(client);
                }
                case "I:", "M:", "L:" -> {
                    if (!client.isClosed()) {
                        send(client, said);
                        close(client);
                    }
                    assertTrue(session.join(Duration.ofMillis(PATIENCE_MILLIS)), "the session does not end");
                    check(line.charAt(0), what.strip(), where);
                }
                default -> fail("not understood: " + where);
            }
        }
    }

    private static void close(Socket client) throws IOException {
        client.close();
    }

    private void check(char what, String expected, String where) {
        switch (what) {
            case 'I' -> assertEquals(expected, Integer.toString(server.intake.taken.size()), where);
            case 'M' ->
                assertTrue(
                        server.intake
                                .taken
                                .getLast()
                                .content()
                                .contains(new String(octets(expected), StandardCharsets.ISO_8859_1)),
                        () -> where + "\n" + server.intake.taken.getLast().content());
            default -> {
                var last = server.rejections().getLast();
                String text = last.stage() + " " + last.reply() + " " + last.detail();
                assertTrue(text.matches(expected + ".*"), where + "\n" + text);
            }
        }
    }

    private static void send(Socket client, ByteArrayOutputStream said) throws IOException {
        if (said.size() > 0) {
            client.getOutputStream().write(said.toByteArray());
            said.reset();
        }
    }

    private static void expect(InputStream in, String expected, String where) throws IOException {
        String line = readLine(in);
        if (!CODE.matcher(expected).matches()) {
            assertTrue(line.matches(expected), () -> where + "\n  answered: " + line);
            return;
        }
        String code = expected.replace("xx", "\\d\\d");
        String next = line;
        while (next.matches(code + "-.*")) {
            next = readLine(in);
        }
        assertTrue(next.matches(code + "( .*)?"), where + "\n  answered: " + next);
    }

    /** Empty at the end of the stream. */
    static String readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        assertEquals(0, line.size(), () -> "half a line: " + line);
        return "";
    }

    static byte[] octets(String text) {
        String repeated = REPEAT.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < repeated.length(); i++) {
            char c = repeated.charAt(i);
            if (c != '\\' || i + 1 == repeated.length()) {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            i++;
            switch (repeated.charAt(i)) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '0' -> out.write(0);
                case 'x' -> {
                    out.write(Integer.parseInt(repeated, i + 1, i + 3, 16));
                    i += 2;
                }
                default -> out.write(repeated.charAt(i));
            }
        }
        return out.toByteArray();
    }

    /** The replies that are expected, several lines as one: for scripts whose texts are another server's. */
    static List<String> replyCodes(List<String> lines) {
        var codes = new ArrayList<String>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean goesOn = line.length() > 3
                    && line.charAt(3) != ' '
                    && i + 1 < lines.size()
                    && lines.get(i + 1).startsWith(line.substring(0, 3));
            if (!goesOn) {
                codes.add(line.substring(0, 3));
            }
        }
        return codes;
    }
}

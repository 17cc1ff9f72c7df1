package plugins.proxyprotocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Verdict;
import mta.plugins.api.log.Connection;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a whole node, over real sockets. */
class NodeTest {

    @TempDir
    Path directory;

    private final List<String> clients = new CopyOnWriteArrayList<>();

    private final class Watch implements Reception {
        @Override
        public Verdict connect(Session session) {
            clients.add(
                    session.remote().getHostString() + " to " + session.local().getHostString());
            return Verdict.next();
        }
    }

    private TestNode node(Object... settings) {
        return TestNode.builder(directory)
                .plugin("proxy", new ProxyProtocol(Settings.of(ProxyProtocol.Config.class, settings)))
                .plugin("watch", new Watch())
                .binding("watch", "watch", "Reception", "connect")
                .wrappers("proxy")
                .start();
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(TestNode node) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
            socket.setSoTimeout(60_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The next line, or how the connection ended. */
        String read() {
            try {
                return String.valueOf(in.readLine());
            } catch (IOException e) {
                return e instanceof java.net.SocketTimeoutException ? "silence" : "null";
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static List<String> failures(TestNode node) {
        return node.records(Connection.class).stream()
                .filter(record -> record.end().equals("failed"))
                .map(record -> record.peer().replaceAll(":\\d+$", "") + ": " + record.detail())
                .toList();
    }

    @Test
    void theSessionSeesTheClientBehindTheProxy() throws IOException {
        try (var node = node()) {
            try (var client = new Client(node)) {
                client.say("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\nEHLO client.example\r\n");
                assertTrue(client.read().startsWith("220 "));
                assertTrue(client.read().startsWith("250"));
            }
            try (var client = new Client(node)) {
                client.say("\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0");
                assertTrue(client.read().startsWith("220 "));
            }
            assertEquals(List.of("192.0.2.1 to 198.51.100.2", "127.0.0.1 to 127.0.0.1"), clients);
            assertEquals(List.of(), failures(node));
        }
    }

    @Test
    void aClientWithoutAHeaderIsClosedWithARecord() throws IOException {
        try (var node = node()) {
            try (var client = new Client(node)) {
                client.say("EHLO client.example\r\n");
                assertEquals("null", client.read());
            }
            assertEquals(List.of("127.0.0.1: no PROXY header"), failures(node));
            assertEquals(List.of(), clients);
        }
    }

    @Test
    void anUntrustedProxyIsClosedWithARecord() throws IOException {
        try (var node = node("networks", List.of("192.0.2.0/24"))) {
            try (var client = new Client(node)) {
                client.say("PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n");
                assertEquals("null", client.read());
            }
            assertEquals(List.of("127.0.0.1: not a trusted proxy: 127.0.0.1"), failures(node));
            assertEquals(List.of(), clients);
        }
    }

    /** Each octet comes in time, the header never does: it has one deadline as a whole. */
    @Test
    void aSlowHeaderIsCutOff() throws Exception {
        try (var node = node("timeout", "400ms")) {
            try (var client = new Client(node)) {
                String line = "PROXY TCP6 2001:db8:0000:0000:0000:0000:0000:0001 2001:db8::2 1 25\r\n";
                for (int i = 0; i < line.length() && failures(node).isEmpty(); i++) {
                    try {
                        client.say(line.substring(i, i + 1));
                    } catch (IOException e) {
                        break; // cut off
                    }
                    Thread.sleep(40);
                }
                assertEquals("null", client.read());
            }
            assertEquals(List.of("127.0.0.1: no complete PROXY header within 400 ms"), failures(node));
        }
    }
}

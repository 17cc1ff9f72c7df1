package mta.testkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import mta.testkit.smtp.Received;
import mta.testkit.smtp.ScriptedServer;
import mta.testkit.smtp.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the node in process offers beyond sending mail: record sinks, TLS, plugins swapped under load. */
class TestNodeKitTest {

    @TempDir
    Path directory;

    /** Takes everything, and remembers which messages came without the mark. */
    private static final class Taker implements Transport {

        private final ConcurrentLinkedQueue<String> unmarked = new ConcurrentLinkedQueue<>();

        @Override
        public Channel open(mta.plugins.api.delivery.Path path, List<Hop> hops, Pin pin) {
            return new Channel() {
                @Override
                public List<Outcome> send(Attempt attempt) {
                    if (attempt.message().headers().first("X-Mark").isEmpty()) {
                        unmarked.add(attempt.message().id());
                    }
                    return attempt.recipients().stream()
                            .map(to -> Outcome.of(to, mta.plugins.api.Reply.of(250, "2.0.0", "Taken")))
                            .toList();
                }

                @Override
                public boolean reusable() {
                    return true;
                }

                @Override
                public void close() {}
            };
        }
    }

    private record Marker(int version) implements Reception {
        @Override
        public Verdict message(Transaction transaction, Message message) {
            message.headers().prepend(Header.of("X-Mark", Integer.toString(version)));
            return Verdict.next();
        }
    }

    @Test
    void aPluginIsSwappedWhileMailFlows() {
        var taker = new Taker();
        var version = new AtomicInteger();
        try (var node = TestNode.builder(directory)
                .plugin("taker", taker)
                .policy("transport", "taker")
                .plugin("marker", new Marker(0))
                .binding(
                        "marker",
                        Map.of("plugin", "marker", "point", "Reception", "stages", "message", "required", "true"))
                .start()) {
            LoadReport report = node.swapWhileLoaded("marker", () -> new Marker(version.incrementAndGet()), 20);
            assertTrue(report.isClean(), report.toString());
            assertEquals(report.accepted(), report.delivered());
            assertTrue(report.accepted() > 80, "mail did flow: " + report.accepted());
            assertEquals(20, version.get());
            assertEquals(List.of(), List.copyOf(taker.unmarked), "nothing passes a required plugin");
        }
    }

    /** The report can say no: what the load's check would miss otherwise. */
    @Test
    void aReportTellsRefusalsAndLosses() {
        assertFalse(new LoadReport(1, 0, List.of("id"), List.of(), List.of()).isClean());
        assertFalse(new LoadReport(1, 1, List.of(), List.of("id"), List.of()).isClean());
        assertFalse(new LoadReport(1, 1, List.of(), List.of(), List.of("451")).isClean());
        var refuser = new Reception() {
            @Override
            public Verdict message(Transaction transaction, Message message) {
                return Verdict.refuse("451 4.7.0 Not now");
            }
        };
        try (var node = TestNode.builder(directory)
                .plugin("p", refuser)
                .binding("p", "p", "Reception", "message")
                .start()) {
            LoadReport report = node.swapWhileLoaded("p", () -> refuser, 1);
            assertFalse(report.refusals().isEmpty());
            assertTrue(
                    report.refusals().getFirst().startsWith("451"),
                    report.refusals().getFirst());
        }
    }

    @Test
    void recordSinksAreGivenWhatHappens() {
        var seen = new ConcurrentLinkedQueue<LogRecord>();
        var sink = new RecordSink() {
            @Override
            public void write(List<LogRecord> batch) {
                seen.addAll(batch);
            }
        };
        try (var node = TestNode.builder(directory)
                .plugin("taker", new Taker())
                .policy("transport", "taker")
                .plugin("sink", sink)
                .binding("sink", "sink", "RecordSink", "write")
                .start()) {
            node.send("a@origin.example", "b@dest.example");
            node.await("the record", () -> seen.stream().anyMatch(Delivered.class::isInstance));
        }
    }

    @Test
    void tlsInAndOut() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory, "dns:mx.dest.example", "ip:127.0.0.1");
        try (var peer = ScriptedServer.smtp()
                        .offer("STARTTLS")
                        .tls(certificate.server())
                        .start();
                var node = TestNode.builder(directory.resolve("node"))
                        .tls(certificate.certificate())
                        .to(peer.port())
                        .start()) {
            assertEquals("250", sendOverTls(node.port()).substring(0, 3));
            Received received = peer.take();
            assertTrue(received.tls());
            assertTrue(received.text().contains("with ESMTPS"), received.text());
        }
    }

    /** A client that believes every certificate: it is the encryption that is tried, not the trust. */
    private static String sendOverTls(int port) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        try (var plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            talk(plain, "EHLO client.example", "STARTTLS");
            try (var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, "node.example", port, true)) {
                return talk(
                        secure,
                        "",
                        "EHLO client.example",
                        "MAIL FROM:<a@origin.example>",
                        "RCPT TO:<b@dest.example>",
                        "DATA",
                        "Subject: x\r\n\r\nHello\r\n.");
            }
        }
    }

    /** Says one line after the other and returns the last reply; the empty line says nothing and reads nothing. */
    private static String talk(Socket socket, String... lines) throws Exception {
        socket.setSoTimeout(60_000);
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 1);
        String reply = lines[0].isEmpty() ? "" : reply(in);
        for (String line : lines) {
            if (!line.isEmpty()) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                reply = reply(in);
            }
        }
        return reply;
    }

    private static String reply(BufferedReader in) throws Exception {
        String line = in.readLine();
        while (line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line;
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

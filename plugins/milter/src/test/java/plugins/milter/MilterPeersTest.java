package plugins.milter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.core.io.Tcp;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.log.PluginFailure;
import mta.testkit.node.TestNode;
import mta.testkit.peer.Peer;
import mta.testkit.smtp.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import plugins.unixsocket.UnixSocket;

/** Real filters, between a client and the next server, through a whole node. */
@Tag("peers")
@Timeout(240)
class MilterPeersTest {

    /** What every virus scanner is tested with; here only the signature of the test's own knows it. */
    private static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private static final String GTUBE = "JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T each) {
        open.add(each);
        return each;
    }

    private ScriptedServer sink() {
        return opened(ScriptedServer.smtp().offer("PIPELINING", "8BITMIME").start());
    }

    private Milter milter(Io io, Endpoint endpoint) {
        Duration patience = Duration.ofSeconds(60);
        var settings = new MilterSettings("milter.peer", endpoint, "node.example", patience, patience, patience);
        return opened(new Milter(settings, (to, timeout) -> io.dial(to, Optional.empty(), timeout)));
    }

    private TestNode node(ScriptedServer sink, Milter milter, String point, String... stages) throws IOException {
        var binding = Map.of("plugin", "milter.peer", "point", point, "stages", stages, "timeout", "100s");
        return opened(TestNode.builder(Files.createTempDirectory(folder, "spool"))
                .plugin("milter.peer", milter)
                .binding("filter", binding)
                .to(sink.port())
                .start());
    }

    private static String send(TestNode node, String content) {
        return node.talk(
                        "EHLO client.example",
                        "MAIL FROM:<a@origin.example> BODY=8BITMIME",
                        "RCPT TO:<b@dest.example>",
                        "DATA",
                        content.replace("\n", "\r\n") + ".")
                .getLast();
    }

    private static String message(String subject, String body) {
        return "From: A <a@origin.example>\nTo: b@dest.example\nSubject: " + subject
                + "\nDate: Tue, 24 Nov 2026 12:00:00 +0000\nMessage-ID: <1@origin.example>\n\n" + body + "\n";
    }

    private static final String[] ALL = {
        "connect", "helo", "mail", "rcpt", "rcptRefused", "data", "message", "command", "end", "close"
    };

    // ---- rspamd

    private int rspamd() throws IOException {
        Path program = Peer.program("rspamd");
        int port = Peer.freePort();
        Path config = Files.writeString(folder.resolve("rspamd.conf"), """
                options {
                    pidfile = "%1$s/rspamd.pid";
                    dns { nameserver = "127.0.0.1:9"; timeout = 0.1s; retransmits = 1; }
                    filters = "";
                    enable_test_patterns = true;
                    cache_file = "%1$s/symbols.cache";
                    hs_cache_dir = "%1$s";
                    history_file = "%1$s/history";
                    rrd = "";
                    stats_file = "%1$s/stats";
                }
                logging { type = "console"; level = "info"; }
                actions { reject = 15; add_header = 6; rewrite_subject = 8; subject = "*** SPAM *** %%s"; }
                worker "rspamd_proxy" {
                    bind_socket = "127.0.0.1:%2$d";
                    milter = yes;
                    timeout = 60s;
                    count = 1;
                    upstream "local" { self_scan = yes; }
                }
                """.formatted(folder, port));
        opened(Peer.start(folder, program.toString(), "-f", "-i", "-c", config.toString()))
                .awaitPort(port);
        return port;
    }

    @Test
    void rspamdRefusesMarksRewritesAndLetsThrough() throws Exception {
        int port = rspamd();
        ScriptedServer sink = sink();
        Tcp tcp = opened(new Tcp());
        TestNode node = node(sink, milter(tcp, Endpoint.tcp("127.0.0.1", port)), "Reception", ALL);

        assertEquals("554 5.7.1 Gtube pattern", send(node, message("spam", "X" + GTUBE)));

        assertTrue(send(node, message("marked", "Y" + GTUBE)).startsWith("250 "));
        String marked = sink.take().text();
        assertTrue(marked.contains("\r\nX-Spam: Yes\r\n"), marked);

        assertTrue(send(node, message("rewritten", "Z" + GTUBE)).startsWith("250 "));
        String rewritten = sink.take().text();
        assertTrue(rewritten.contains("\r\nSubject: *** SPAM *** rewritten\r\n"), rewritten);

        assertTrue(send(node, message("fine", "hello")).startsWith("250 "));
        String fine = sink.take().text();
        assertTrue(fine.contains("\r\nSubject: fine\r\n"), fine);
        assertFalse(fine.contains("X-Spam"), fine);
        assertEquals(List.of(), node.records(PluginFailure.class));
    }

    // ---- OpenDKIM

    private Path key;
    private String published;

    private void makeKey() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        var mime = Base64.getMimeEncoder();
        key = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + mime.encodeToString(pair.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        published = "sel._domainkey.origin.example v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        Files.writeString(folder.resolve("keys.txt"), published + "\n");
    }

    private void openDkim(String socket, String... lines) throws Exception {
        Path program = Peer.program("opendkim");
        if (key == null) {
            makeKey();
        }
        Path own = Files.createTempDirectory(folder, "dkim");
        Path config = Files.writeString(
                own.resolve("opendkim.conf"),
                "Background no\nSyslog no\nRequireSafeKeys no\nOn-Default accept\nAuthservID node.example\n" + "Socket "
                        + socket + "\n" + String.join("\n", lines) + "\n");
        opened(Peer.start(own, program.toString(), "-f", "-x", config.toString()));
    }

    @Test
    void whatOpenDkimSignsItVerifies() throws Exception {
        int signing = Peer.freePort();
        openDkim(
                "inet:" + signing + "@127.0.0.1",
                "Mode s",
                "Domain origin.example",
                "Selector sel",
                "KeyFile " + folder.resolve("key.pem"),
                "InternalHosts 127.0.0.1",
                "Canonicalization simple/simple");
        Path socket = folder.resolve("verify.sock");
        openDkim(
                "local:" + socket, "Mode v", "TestPublicKeys " + folder.resolve("keys.txt"), "InternalHosts 192.0.2.1");
        Tcp tcp = opened(new Tcp());
        awaitDial(tcp, Endpoint.tcp("127.0.0.1", signing));
        Io unix = new UnixSocket("0600");
        Endpoint verifier = Endpoint.parse("unix:" + socket);
        awaitDial(unix, verifier);

        ScriptedServer sink = sink();
        TestNode signer = node(sink, milter(tcp, Endpoint.tcp("127.0.0.1", signing)), "Routing", "seal");
        String odd = message("odd  spaces", "line one\n\n..dots\nUmläute\n\n\n")
                .replace("Subject: odd", "Subject:   odd\n\tfolded");
        assertTrue(send(signer, odd).startsWith("250 "));
        String signed = new String(sink.take().content(), StandardCharsets.UTF_8);
        assertTrue(signed.contains("DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=origin.example;"), signed);
        assertEquals(List.of(), signer.records(PluginFailure.class));

        TestNode receiver = node(sink, milter(unix, verifier), "Reception", ALL);
        String again = signed.replace("\r\n.", "\r\n..").replace("\r\n", "\n");
        assertTrue(send(receiver, again).startsWith("250 "));
        String verified = sink.take().text();
        assertTrue(verified.matches("(?s).*Authentication-Results: node.example;\\s+dkim=pass.*"), verified);

        assertTrue(send(receiver, again.replace("line one", "line two")).startsWith("250 "));
        String forged = sink.take().text();
        assertTrue(forged.matches("(?s).*Authentication-Results: node.example;\\s+dkim=fail.*"), forged);
        assertEquals(List.of(), receiver.records(PluginFailure.class));
    }

    private void awaitDial(Io io, Endpoint endpoint) throws Exception {
        for (long end = System.nanoTime() + 60_000_000_000L; ; Thread.sleep(10)) {
            try {
                io.dial(endpoint, Optional.empty(), Duration.ofSeconds(5)).close();
                return;
            } catch (IOException e) {
                assertTrue(System.nanoTime() < end, e.toString());
            }
        }
    }

    // ---- spamass-milter, in front of a spamd of the test's own

    @Test
    void spamassMilterRefusesAndMarks() throws Exception {
        Path program = Peer.program("spamass-milter");
        Peer.program("spamc");
        var spamd = opened(new Spamd());
        int port = Peer.freePort();
        opened(Peer.start(
                        folder,
                        program.toString(),
                        "-p",
                        "inet:" + port + "@127.0.0.1",
                        "-r",
                        "10",
                        "--",
                        "-d",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(spamd.port())))
                .awaitPort(port);
        ScriptedServer sink = sink();
        Tcp tcp = opened(new Tcp());
        TestNode node = node(sink, milter(tcp, Endpoint.tcp("127.0.0.1", port)), "Reception", ALL);

        assertEquals("550 5.7.1 Blocked by SpamAssassin", send(node, message("very bad", "hello")));

        assertTrue(send(node, message("bad", "hello")).startsWith("250 "));
        String marked = sink.take().text();
        assertTrue(marked.contains("\r\nX-Spam-Flag: YES\r\n"), marked);
        assertTrue(marked.contains("\r\nSubject: [SPAM] bad\r\n"), marked);
        assertTrue(marked.endsWith("\r\n\r\nreport\r\nhello\r\n"), marked);
        // What SpamAssassin was shown: the Received field that spamass-milter makes of the macros.
        assertTrue(spamd.seen.getLast().contains("by node.example (mta/1) with ESMTP id "), spamd.seen.getLast());
        assertEquals(List.of(), node.records(PluginFailure.class));
    }

    /** Says what the subject says: enough of SpamAssassin's protocol (spamd/PROTOCOL) for spamc. */
    private static final class Spamd implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();

        Spamd() throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        try (Socket client = socket.accept()) {
                            serve(client.getInputStream(), client.getOutputStream());
                        }
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve(InputStream in, OutputStream out) throws IOException {
            String head = until(in, "\r\n\r\n");
            int length = Integer.parseInt(head.replaceAll("(?s).*Content-length: (\\d+).*", "$1"));
            String message = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            seen.add(message);
            double score = message.contains("very bad") ? 20 : 7;
            int end = message.indexOf("\r\n\r\n") < 0 ? message.indexOf("\n\n") : message.indexOf("\r\n\r\n");
            String body = message.substring(end).strip();
            String answer = "X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=" + score + " required=5.0\r\n"
                    + "Subject: [SPAM] bad\r\nContent-Type: text/plain\r\n\r\nreport\r\n" + body + "\r\n";
            String reply = "SPAMD/1.1 0 EX_OK\r\nContent-length: " + answer.length() + "\r\nSpam: True ; " + score
                    + " / 5.0\r\n\r\n" + answer;
            out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
        }

        private static String until(InputStream in, String end) throws IOException {
            var text = new ByteArrayOutputStream();
            while (!text.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("ended");
                }
                text.write(octet);
            }
            return text.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    // ---- ClamAV: clamav-milter in front of a clamd with one signature

    private Peer clamd(int port) throws IOException {
        Path program = Peer.program("clamd");
        Path signatures = Files.createDirectories(folder.resolve("signatures"));
        String hex = HexFormat.of().formatHex(EICAR.getBytes(StandardCharsets.US_ASCII));
        Files.writeString(signatures.resolve("own.ndb"), "Own.Test:0:*:" + hex + "\n");
        Path config = Files.writeString(folder.resolve("clamd.conf"), """
                Foreground yes
                TCPSocket %d
                TCPAddr 127.0.0.1
                DatabaseDirectory %s
                TemporaryDirectory %s
                """.formatted(port, signatures, folder));
        return opened(Peer.start(folder, program.toString(), "--config-file", config.toString()))
                .awaitPort(port);
    }

    private int clamavMilter(int clamd) throws IOException {
        Path program = Peer.program("clamav-milter");
        int port = Peer.freePort();
        Path config = Files.writeString(folder.resolve("clamav-milter.conf"), """
                Foreground yes
                MilterSocket inet:%d@127.0.0.1
                ClamdSocket tcp:127.0.0.1:%d
                TemporaryDirectory %s
                OnInfected Reject
                RejectMsg Infected by %%v
                OnFail Defer
                AddHeader Replace
                """.formatted(port, clamd, folder));
        opened(Peer.start(folder, program.toString(), "--config-file", config.toString()))
                .awaitPort(port);
        return port;
    }

    @Test
    void clamavRefusesWhatIsInfectedAndLetsTheRestThrough() throws Exception {
        int scanner = Peer.freePort();
        Peer clamd = clamd(scanner);
        int port = clamavMilter(scanner);
        ScriptedServer sink = sink();
        Tcp tcp = opened(new Tcp());
        TestNode node = node(sink, milter(tcp, Endpoint.tcp("127.0.0.1", port)), "Reception", ALL);

        String refused = send(node, message("infected", EICAR));
        assertTrue(refused.startsWith("550 5.7.1 Infected by Own.Test"), refused);

        assertTrue(send(node, message("clean", "hello")).startsWith("250 "));
        String clean = sink.take().text();
        assertTrue(clean.contains("\r\nX-Virus-Status: Clean\r\n"), clean);
        assertEquals(List.of(), node.records(PluginFailure.class));

        clamd.close(); // nobody can tell: the mail waits at its sender
        String later = send(node, message("later", "hello"));
        assertTrue(later.startsWith("451 4.7.1 "), later);
    }
}

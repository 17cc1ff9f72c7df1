package mta.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import mta.core.start.LocalNode;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;
import mta.plugins.api.io.WrappedWire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsServiceTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path home;

    private static Tcp tcp;
    private static Acceptor acceptor;
    private static Path one;
    private static Path two;

    @BeforeAll
    static void start() throws Exception {
        tcp = new Tcp();
        acceptor = tcp.listen(Endpoint.tcp("127.0.0.1", 0));
        one = made("one.example.org");
        two = made("two.example.org");
        // So that the services under test need not make one each.
        Files.createDirectories(home.resolve("var/tls"));
        Files.copy(two, home.resolve("var/tls/self-signed.pem"));
    }

    @AfterAll
    static void stop() throws Exception {
        acceptor.close();
        tcp.close();
    }

    private static Path made(String name) throws Exception {
        Path folder = home.resolve(name);
        SelfSigned.load(folder, name);
        return folder.resolve("self-signed.pem");
    }

    private static TlsService service(TlsSettings settings) {
        return new TlsService(new LocalNode(home, "1", "node.example.org", Duration.ZERO), settings);
    }

    private static Certificates.Source source(Path file, String... names) {
        return new Certificates.Source(file, file, List.of(), List.of(names));
    }

    private static TlsSettings trusting(Path roots) {
        return new TlsSettings(List.of("TLSv1.2", "TLSv1.3"), List.of(), Optional.of(roots), List.of(), List.of());
    }

    /** The two ends of a connection after the handshake, or the server's failure. */
    private record Pair(Wire client, BlockingQueue<Object> server) {
        TlsInfo serverInfo() throws InterruptedException {
            Object end = server.poll(60, TimeUnit.SECONDS);
            return assertWire(end).tls().orElseThrow();
        }

        private static Wire assertWire(Object end) {
            if (end instanceof Wire wire) {
                return wire;
            }
            throw new AssertionError(end);
        }
    }

    private static Pair talk(
            TlsService server, TlsService client, String serverName, boolean verify, String... protocols)
            throws IOException {
        var ends = new LinkedBlockingQueue<Object>();
        Thread.ofVirtual().start(() -> {
            try {
                Wire wire = server.accept(acceptor.accept(), "mx", LIMIT);
                ends.add(wire);
                wire.in().transferTo(wire.out());
            } catch (IOException | RuntimeException e) {
                ends.add(e);
            }
        });
        Wire wire = tcp.dial(acceptor.endpoint(), Optional.empty(), LIMIT);
        return new Pair(client.connect(wire, serverName, verify, List.of(protocols), LIMIT), ends);
    }

    private static void exchange(Wire wire) throws IOException {
        byte[] sent = new byte[100_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31);
        }
        Thread.ofVirtual().start(() -> {
            try {
                wire.out().write(sent);
            } catch (IOException e) {
                // The reader sees it.
            }
        });
        org.junit.jupiter.api.Assertions.assertArrayEquals(sent, wire.in().readNBytes(sent.length));
    }

    @Test
    void octetsGoThroughBothWays() throws Exception {
        TlsService tls = service(TlsSettings.DEFAULT);
        tls.put("one", source(one));
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            Pair pair = talk(tls, tls, "one.example.org", false, protocol);
            try (Wire client = pair.client()) {
                exchange(client);
                TlsInfo info = client.tls().orElseThrow();
                assertEquals(protocol, info.protocol());
                assertEquals(Optional.of("CN=one.example.org"), info.peer());
                assertFalse(info.verified());
                assertEquals(64, info.fingerprint().orElseThrow().length());
                TlsInfo server = pair.serverInfo();
                assertEquals(Optional.of("one.example.org"), server.serverName());
                assertEquals(Optional.empty(), server.peer());
            }
        }
    }

    @Test
    void theCertificateGoesByTheNameThatIsAskedFor() throws Exception {
        TlsService tls = service(TlsSettings.DEFAULT);
        tls.put("a", source(one));
        tls.put("b", source(two));
        tls.put("c", source(two, "*.wild.example"));
        record Row(String asked, String answered) {}
        for (Row row : List.of(
                new Row("one.example.org", "CN=one.example.org"),
                new Row("TWO.example.org", "CN=two.example.org"),
                new Row("x.wild.example", "CN=two.example.org"),
                new Row("x.y.wild.example", "CN=one.example.org"),
                new Row("other.example", "CN=one.example.org"),
                new Row("127.0.0.1", "CN=one.example.org"))) {
            try (Wire client = talk(tls, tls, row.asked(), false).client()) {
                assertEquals(
                        Optional.of(row.answered()), client.tls().orElseThrow().peer(), row.asked());
            }
        }
    }

    @Test
    void verificationNeedsATrustedRootAndTheName() throws Exception {
        TlsService server = service(TlsSettings.DEFAULT);
        server.put("one", source(one));
        TlsService trusting = service(trusting(one));
        for (int i = 0; i < 2; i++) { // the second time the session is resumed
            try (Wire client = talk(server, trusting, "one.example.org", true).client()) {
                assertTrue(client.tls().orElseThrow().verified());
                exchange(client);
            }
            try (Wire client = talk(server, trusting, "one.example.org", false).client()) {
                assertTrue(client.tls().orElseThrow().verified());
                exchange(client);
            }
        }
        try (Wire client = talk(server, trusting, "wrong.example.org", false).client()) {
            assertFalse(client.tls().orElseThrow().verified());
        }
        assertThrows(SSLException.class, () -> talk(server, trusting, "wrong.example.org", true));
        TlsService doubting = service(TlsSettings.DEFAULT);
        try (Wire client = talk(server, doubting, "one.example.org", false).client()) {
            assertFalse(client.tls().orElseThrow().verified());
        }
        assertThrows(SSLException.class, () -> talk(server, doubting, "one.example.org", true));
    }

    @Test
    void aClientWithoutCertificateIsLetInWhereItIsOnlyAskedFor() throws Exception {
        TlsService asking =
                service(new TlsSettings(List.of("TLSv1.3"), List.of(), Optional.empty(), List.of("mx"), List.of()));
        asking.put("one", source(one));
        try (Wire client = talk(asking, asking, "one.example.org", false).client()) {
            exchange(client);
        }
        TlsService requiring =
                service(new TlsSettings(List.of("TLSv1.2"), List.of(), Optional.empty(), List.of(), List.of("mx")));
        requiring.put("one", source(one));
        assertThrows(IOException.class, () -> talk(requiring, requiring, "one.example.org", false));
    }

    @Test
    void aSelfSignedCertificateIsMadeAndKept() throws Exception {
        Path folder = Files.createDirectory(home.resolve("fresh"));
        var node = new LocalNode(folder, "1", "[IPv6:::1]", Duration.ZERO);
        var tls = new TlsService(node, TlsSettings.DEFAULT);
        Await.until("the certificate is there", () -> tls.available("mx"));
        Path file = node.data().resolve("tls/self-signed.pem");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList(), "nothing else is left behind");
        }
        String before = Files.readString(file);
        SelfSigned.load(file.getParent(), "other.example");
        assertEquals(before, Files.readString(file));
        try (Wire client = talk(tls, tls, "whatever.example", false).client()) {
            exchange(client);
        }
        tls.close();
    }

    @Test
    void aFileThatChangesIsReadAgainAndABadOneIsNot() throws Exception {
        Path file = Files.copy(one, home.resolve("changing.pem"));
        var certificates = new Certificates();
        certificates.put("x", source(file));
        String first = certificates.find("mx", Optional.empty()).orElseThrow().toString();
        assertFalse(certificates.refresh());
        Files.writeString(file, "rubbish");
        assertTrue(certificates.refresh());
        assertEquals(
                first, certificates.find("mx", Optional.empty()).orElseThrow().toString());
        Files.writeString(file, Files.readString(two));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
        assertTrue(certificates.refresh());
        assertNotEquals(
                first, certificates.find("mx", Optional.empty()).orElseThrow().toString());
    }

    @Test
    void certificatesAreForTheirListenersOnly() {
        var certificates = new Certificates();
        certificates.put("x", new Certificates.Source(one, one, List.of("submission"), List.of()));
        assertTrue(certificates.available("submission"));
        assertFalse(certificates.available("mx"));
        assertEquals(Optional.empty(), certificates.find("mx", Optional.of("one.example.org")));
    }

    @Test
    void aPeerThatIsSilentOrDripsRunsOutOfTime() throws Exception {
        TlsService tls = service(TlsSettings.DEFAULT);
        tls.put("one", source(one));
        Wire silent = tcp.dial(acceptor.endpoint(), Optional.empty(), LIMIT);
        Wire accepted = acceptor.accept();
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                silent.out().write(new byte[] {22, 3, 1, 1, 0});
                while (true) {
                    silent.out().write(1);
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // cut off, as it should be
            }
        });
        assertThrows(SocketTimeoutException.class, () -> tls.accept(accepted, "mx", Duration.ofMillis(300)));
        drip.interrupt();
        silent.close();
    }

    @Test
    void itGoesAroundAnyWire() throws Exception {
        TlsService tls = service(TlsSettings.DEFAULT);
        tls.put("one", source(one));
        var ends = new LinkedBlockingQueue<Object>();
        Thread.ofVirtual().start(() -> {
            try {
                Wire wire = tls.accept(new Wrapped(acceptor.accept()), "mx", LIMIT);
                ends.add(wire);
                wire.in().transferTo(wire.out());
            } catch (IOException e) {
                ends.add(e);
            }
        });
        Wire wire = new Wrapped(tcp.dial(acceptor.endpoint(), Optional.empty(), LIMIT));
        try (Wire client = tls.connect(wire, "one.example.org", false, List.of(), LIMIT)) {
            exchange(client);
        }
    }

    /** A wire that is no socket and has no addresses. */
    private record Wrapped(Wire wire) implements WrappedWire {
        @Override
        public InetSocketAddress local() {
            return InetSocketAddress.createUnresolved("/run/x.sock", 0);
        }

        @Override
        public InetSocketAddress remote() {
            return InetSocketAddress.createUnresolved("/run/x.sock", 0);
        }
    }
}

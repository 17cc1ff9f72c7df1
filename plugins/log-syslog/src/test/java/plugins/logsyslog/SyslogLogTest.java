package plugins.logsyslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import mta.testkit.smtp.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against sockets of the test's own, on loopback. */
class SyslogLogTest {

    @TempDir
    Path directory;

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private static ServerSocket listen() throws IOException {
        var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        server.setSoTimeout(60_000);
        return server;
    }

    private static Socket accept(ServerSocket server) throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** RFC 6587 section 3.4.1: {@code MSG-LEN SP MSG}. */
    private static String counted(InputStream in) throws IOException {
        int length = 0;
        for (int c = in.read(); c != ' '; c = in.read()) {
            assertTrue(c >= '0' && c <= '9', "not a digit: " + c);
            length = length * 10 + c - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String number(String message) {
        return message.replaceAll(".*\"n\":(\\d+).*", "$1");
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain: " + what);
            Thread.sleep(2);
        }
    }

    @Test
    void overUdpOneMessageIsOneDatagram() throws Exception {
        try (var server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            server.setSoTimeout(60_000);
            var plugin = rig.plugin("udp://127.0.0.1:" + server.getLocalPort());
            plugin.write(Rig.records(0, 3));
            for (int i = 0; i < 3; i++) {
                var packet = new DatagramPacket(new byte[9000], 9000);
                server.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                assertTrue(
                        text.matches("<22>1 1970-01-01T00:00:00\\.000000Z mx1 mta \\d+ Test - \\{\"n\":" + i + "}"),
                        text);
            }
            plugin.close();
        }
    }

    @Test
    void overTcpMessagesAreCounted() throws Exception {
        try (var server = listen()) {
            var plugin = rig.plugin("tcp://127.0.0.1:" + server.getLocalPort());
            plugin.write(Rig.records(0, 3));
            plugin.write(Rig.records(3, 4));
            try (Socket socket = accept(server)) {
                for (int i = 0; i < 4; i++) {
                    assertEquals(Integer.toString(i), number(counted(socket.getInputStream())));
                }
                plugin.close();
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }

    @Test
    void orLines() throws Exception {
        try (var server = listen()) {
            var plugin =
                    rig.plugin("tcp://127.0.0.1:" + server.getLocalPort(), "framing", "lines", "format", "two-lines");
            plugin.write(Rig.records(0, 2));
            plugin.close();
            try (Socket socket = accept(server)) {
                List<String> lines = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                assertEquals(2, lines.size());
                assertTrue(lines.getFirst().endsWith("- first second"), lines.getFirst());
            }
        }
    }

    /** The first write after a server's end would otherwise vanish without an error. */
    @Test
    void aServerThatRestartsLosesNothingThatComesAfter() throws Exception {
        int port;
        SyslogLog plugin;
        try (var server = listen()) {
            port = server.getLocalPort();
            plugin = rig.plugin("tcp://127.0.0.1:" + port);
            plugin.write(Rig.records(0, 1));
            try (Socket socket = accept(server)) {
                assertEquals("0", number(counted(socket.getInputStream())));
            }
        }
        await("the end is noticed", () -> failed(() -> plugin.write(Rig.records(1, 2))));
        assertThrows(IOException.class, () -> plugin.write(Rig.records(1, 2)));
        try (var server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            server.setSoTimeout(60_000);
            plugin.write(Rig.records(1, 2));
            try (Socket socket = accept(server)) {
                assertEquals("1", number(counted(socket.getInputStream())));
            }
            plugin.close();
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private static boolean failed(Action action) {
        try {
            action.run();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aServerThatDoesNotReadIsGivenUp() throws Exception {
        try (var server = listen()) {
            var plugin = rig.plugin("tcp://127.0.0.1:" + server.getLocalPort(), "timeout", "300ms");
            var large = new ArrayList<>(Rig.records(0, 100_000)); // some 7 MB: more than the buffers of both sides
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 20; i++) {
                    plugin.write(large);
                }
            });
            plugin.close();
        }
    }

    @Test
    void overTlsTheCertificateIsChecked() throws Exception {
        var certificate = TestCertificate.make(directory, "ip:127.0.0.1");
        Path pem = Files.writeString(
                directory.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate.certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        try (var server = certificate
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            var received = new ArrayList<String>();
            Thread far = Thread.ofVirtual().start(() -> {
                while (received.isEmpty()) {
                    try (Socket socket = accept(server)) {
                        received.add(counted(socket.getInputStream()));
                    } catch (IOException | AssertionError e) {
                        // the client did not like us
                    }
                }
            });
            String url = "tls://127.0.0.1:" + server.getLocalPort();
            assertThrows(IOException.class, () -> rig.plugin(url).write(Rig.records(0, 1)));
            String otherName = "tls://localhost:" + server.getLocalPort();
            assertThrows(
                    IOException.class,
                    () -> rig.plugin(otherName, "trust", pem.toString()).write(Rig.records(0, 1)));
            var plugin = rig.plugin(url, "trust", pem.toString());
            plugin.write(Rig.records(7, 8));
            far.join();
            assertEquals("7", number(received.getFirst()));
            plugin.close();
        }
    }

    @Test
    void withoutAServerOrAFormatNothingIsTaken() {
        assertEquals(
                "log-syslog: no server is set",
                assertThrows(IOException.class, () -> rig.plugin("").write(Rig.records(0, 1)))
                        .getMessage());
        assertEquals(
                "log-syslog: there is no format csv",
                assertThrows(
                                IOException.class,
                                () -> rig.plugin("udp://127.0.0.1:1", "format", "csv")
                                        .write(Rig.records(0, 1)))
                        .getMessage());
    }

    @Test
    void recordsWithoutATextAreLeftOut() throws Exception {
        rig.plugin("", "format", "nothing").write(Rig.records(0, 5));
    }

    @ParameterizedTest
    @CsvSource({
        "server, http://127.0.0.1:514",
        "server, 127.0.0.1",
        "server, udp://127.0.0.1:x",
        "facility, post",
        "maxMessage, long",
        "timeout, soon",
    })
    void badSettingsAreRefused(String key, String value) {
        assertThrows(
                IllegalArgumentException.class,
                () -> rig.plugin(key.equals("server") ? value : "udp://127.0.0.1:514", key, value));
        assertFalse(value.isEmpty());
    }
}

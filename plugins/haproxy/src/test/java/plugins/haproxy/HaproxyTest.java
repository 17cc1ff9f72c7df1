package plugins.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.core.hooks.HookRunner;
import mta.core.io.Tcp;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.testkit.peer.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HaproxyTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private final Tcp tcp = new Tcp();
    private final HookRunner hooks = new HookRunner(_ -> {}, InstantSource.system());

    @BeforeEach
    void start() {
        hooks.register(Io.class, tcp, Map.of("mta.plugin", "tcp", "mta.named", "tcp"));
        hooks.bind(List.of());
    }

    @AfterEach
    void stop() {
        hooks.close();
        tcp.close();
    }

    private static Endpoint endpoint(int proxy, String host, int port) {
        return new Endpoint("haproxy", "127.0.0.1", proxy, Map.of("host", host, "port", Integer.toString(port)));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 198.51.100.2, 2111000c c0000201 c6336402 0000 0019",
        "'', 198.51.100.2, 2111000c 00000000 c6336402 0000 0019",
        "2001:db8::1, 2001:db8::2, 21210024 20010db8000000000000000000000001 20010db8000000000000000000000002 0000 0019",
    })
    void theHeaderNamesSourceAndTarget(String from, String to, String expected) throws IOException {
        Optional<InetAddress> source =
                Optional.of(from).filter(text -> !text.isEmpty()).map(InetAddress::ofLiteral);
        byte[] header = Haproxy.header(source, new InetSocketAddress(InetAddress.ofLiteral(to), 25));
        assertEquals(SIGNATURE + expected.replace(" ", ""), HexFormat.of().formatHex(header));
    }

    @Test
    void familiesAreNotMixed() {
        assertThrows(
                IOException.class,
                () -> Haproxy.header(
                        Optional.of(InetAddress.ofLiteral("192.0.2.1")),
                        new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 25)));
    }

    @Test
    void itGoesInFront() throws Exception {
        try (var proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            proxy.setSoTimeout(60_000);
            var from = Optional.of(InetAddress.ofLiteral("192.0.2.1"));
            try (var wire = new Haproxy(hooks)
                            .dial(endpoint(proxy.getLocalPort(), "198.51.100.2", 25), from, Duration.ofSeconds(60));
                    var socket = proxy.accept()) {
                assertEquals(new InetSocketAddress(InetAddress.ofLiteral("198.51.100.2"), 25), wire.remote());
                wire.out().write("EHLO me\r\n".getBytes(StandardCharsets.US_ASCII));
                wire.close();
                String got = HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
                assertEquals(
                        SIGNATURE + "2111000cc0000201c633640200000019"
                                + HexFormat.of().formatHex("EHLO me\r\n".getBytes(StandardCharsets.US_ASCII)),
                        got);
            }
        }
    }

    @Test
    void itIsForSources() {
        assertThrows(
                IOException.class,
                () -> new Haproxy(hooks)
                        .dial(Endpoint.parse("haproxy://127.0.0.1:1"), Optional.empty(), Duration.ofSeconds(1)));
    }

    /** The configuration of the README: the target and the source address are those of the header. */
    @Test
    @Tag("peers")
    void throughTheRealHaproxy(@TempDir Path directory) throws Exception {
        String program = Peer.program("haproxy").toString();
        int port = Peer.freePort();
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                  mode tcp
                  timeout connect 10s
                  timeout client 60s
                  timeout server 60s
                listen egress
                  bind 127.0.0.1:%d accept-proxy
                  server any 0.0.0.0:0
                """.formatted(port));
        try (var target = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.3"));
                Peer haproxy = Peer.start(directory, program, "-db", "-f", config.toString())) {
            target.setSoTimeout(60_000);
            haproxy.awaitPort(port);
            try (var wire = new Haproxy(hooks)
                            .dial(
                                    endpoint(port, "127.0.0.3", target.getLocalPort()),
                                    Optional.of(InetAddress.ofLiteral("127.0.0.2")),
                                    Duration.ofSeconds(60));
                    var socket = target.accept()) {
                socket.getOutputStream().write("220 target\r\n".getBytes(StandardCharsets.US_ASCII));
                wire.readTimeout(Duration.ofSeconds(60));
                var in = new BufferedReader(new InputStreamReader(wire.in(), StandardCharsets.US_ASCII));
                assertEquals("220 target", in.readLine());
            }
        }
    }
}

package plugins.socks5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.core.hooks.HookRunner;
import mta.core.io.Tcp;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Socks5Test {

    private final Tcp tcp = new Tcp();
    private final HookRunner hooks = new HookRunner(_ -> {}, InstantSource.system());
    private ServerSocket target;

    @BeforeEach
    void start() throws IOException {
        hooks.register(Io.class, tcp, Map.of("mta.plugin", "tcp", "mta.named", "tcp"));
        hooks.bind(List.of());
        target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!target.isClosed()) {
                try (var socket = target.accept()) {
                    socket.getOutputStream().write("220 target\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // the next one
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        target.close();
        hooks.close();
        tcp.close();
    }

    private Socks5 plugin(Object... settings) {
        return new Socks5(hooks, Settings.of(Socks5.Config.class, settings));
    }

    private Wire dial(Socks5 plugin, int proxy) throws IOException {
        return dial(plugin, proxy, "127.0.0.1", target.getLocalPort(), Duration.ofSeconds(60));
    }

    private static Wire dial(Socks5 plugin, int proxy, String host, int port, Duration timeout) throws IOException {
        var to = new Endpoint("socks5", "127.0.0.1", proxy, Map.of("host", host, "port", Integer.toString(port)));
        return plugin.dial(to, Optional.empty(), timeout);
    }

    private void talk(Wire wire) throws IOException {
        try (wire) {
            wire.readTimeout(Duration.ofSeconds(60));
            var in = new BufferedReader(new InputStreamReader(wire.in(), StandardCharsets.US_ASCII));
            assertEquals("220 target", in.readLine());
            wire.out().write("hello\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("hello", in.readLine());
            assertEquals(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target.getLocalPort()), wire.remote());
        }
    }

    @Test
    void throughAProxy() throws IOException {
        try (var proxy = new ScriptedProxy()) {
            talk(dial(plugin(), proxy.port()));
            assertEquals(List.of("050100", "050100017f000001%04x".formatted(target.getLocalPort())), proxy.requests);
        }
    }

    @Test
    void withAUser() throws IOException {
        try (var proxy = new ScriptedProxy()) {
            talk(dial(plugin("user", "ann", "password", "geheim€"), proxy.port()));
            assertEquals(List.of("05020002", "ann/geheim€"), proxy.requests.subList(0, 2));
        }
    }

    @Test
    void toAnAddressOfIpv6() throws IOException {
        try (var proxy = new ScriptedProxy("0500", "0504000100000000" + "0000")) {
            var refusal = assertThrows(
                    IOException.class, () -> dial(plugin(), proxy.port(), "2001:db8::1", 25, Duration.ofSeconds(60)));
            assertEquals("the proxy says: host unreachable", refusal.getMessage());
            assertEquals("0501000420010db80000000000000000000000010019", proxy.requests.getLast());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0400, '', the proxy does not speak SOCKS5",
        "05ff, '', the proxy wants another authentication",
        "0502, '', the proxy has chosen a method that was not offered",
        "0500, 04000001000000000000, the proxy does not speak SOCKS5",
        "0500, 05020001000000000000, the proxy says: not allowed by its rules",
        "0500, 05050001000000000000, the proxy says: connection refused",
        "0500, 05ee0001000000000000, the proxy says: error 238",
        "0500, 05000002000000000000, the proxy answers with an address of type 2",
    })
    void whatAProxyMaySay(String first, String second, String reason) throws IOException {
        String[] answers = second.isEmpty() ? new String[] {first, "05"} : new String[] {first, second};
        try (var proxy = new ScriptedProxy(answers)) {
            assertEquals(
                    reason,
                    assertThrows(IOException.class, () -> dial(plugin(), proxy.port()))
                            .getMessage());
        }
    }

    @Test
    void aWrongPassword() throws IOException {
        try (var proxy = new ScriptedProxy("0502", "0101")) {
            assertEquals(
                    "the proxy does not take the user and password",
                    assertThrows(IOException.class, () -> dial(plugin("user", "ann"), proxy.port()))
                            .getMessage());
        }
    }

    @Test
    void aProxyThatStallsOrDies() throws IOException {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var late = assertThrows(
                    IOException.class,
                    () -> dial(plugin(), silent.getLocalPort(), "127.0.0.1", 25, Duration.ofMillis(200)));
            assertEquals(java.net.SocketTimeoutException.class, late.getClass());
        }
        try (var proxy = new ScriptedProxy("0500", "0500")) {
            var late = assertThrows(
                    IOException.class, () -> dial(plugin(), proxy.port(), "127.0.0.1", 25, Duration.ofMillis(200)));
            assertEquals(java.net.SocketTimeoutException.class, late.getClass(), "half an answer");
        }
        int gone;
        try (var proxy = new ScriptedProxy()) {
            gone = proxy.port();
        }
        assertThrows(IOException.class, () -> dial(plugin(), gone));
    }

    @Test
    void itIsForSources() {
        assertThrows(
                IOException.class,
                () -> plugin().dial(Endpoint.parse("socks5://127.0.0.1:1"), Optional.empty(), Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> plugin("user", "x".repeat(256)));
    }

    @Test
    @Tag("peers")
    void throughTheRealMicrosocks(@TempDir Path directory) throws IOException {
        String program = Peer.program("microsocks").toString();
        int open = Peer.freePort();
        int guarded = Peer.freePort();
        try (Peer one = Peer.start(directory, program, "-i", "127.0.0.1", "-p", Integer.toString(open));
                Peer two = Peer.start(
                        directory,
                        program,
                        "-i",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(guarded),
                        "-u",
                        "ann",
                        "-P",
                        "x")) {
            one.awaitPort(open);
            two.awaitPort(guarded);
            talk(dial(plugin(), open));
            talk(dial(plugin("user", "ann", "password", "x"), guarded));
            assertThrows(IOException.class, () -> dial(plugin("user", "ann", "password", "y"), guarded));
            assertThrows(IOException.class, () -> dial(plugin(), guarded));
        }
    }
}

package plugins.policydelegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import plugins.unixsocket.UnixSocket;

/** The real postgrey, through a whole node. */
@Tag("peers")
@Timeout(120)
class PostgreyPeerTest {

    @TempDir
    Path folder;

    private Peer postgrey(String socket) throws IOException {
        Path program = Peer.program("postgrey");
        String user = System.getProperty("user.name");
        Path empty = Files.writeString(folder.resolve("whitelist"), "");
        var command = new ArrayList<String>();
        command.addAll(List.of(
                program.toString(),
                socket,
                "--delay=1",
                "--dbdir=" + Files.createDirectory(folder.resolve("db")),
                "--pidfile=" + folder.resolve("pid"),
                "--user=" + user,
                "--group=" + group(),
                "--whitelist-clients=" + empty,
                "--whitelist-recipients=" + empty,
                "--greylist-text=Greylisted, come back"));
        return Peer.start(folder, command.toArray(String[]::new));
    }

    private static String group() throws IOException {
        Process id = new ProcessBuilder("id", "-gn").start();
        return new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private void greylists(Io io, Endpoint endpoint) throws Exception {
        Duration patience = Duration.ofSeconds(60);
        var settings = new PolicySettings(
                "policy-delegation.postgrey",
                endpoint,
                "",
                patience,
                patience,
                Duration.ofMillis(100),
                5,
                Duration.ofMinutes(5));
        try (var sink = ScriptedServer.smtp().start();
                var policy = new PolicyDelegation(settings, (to, timeout) -> io.dial(to, Optional.empty(), timeout));
                TestNode node = TestNode.builder(Files.createTempDirectory(folder, "spool"))
                        .plugin("policy-delegation.postgrey", policy)
                        .binding(
                                "greylist",
                                Map.of(
                                        "plugin", "policy-delegation.postgrey",
                                        "point", "Reception",
                                        "stages", "rcpt",
                                        "timeout", "60s"))
                        .to(sink.port())
                        .start()) {
            String first = node.talk("EHLO client.example", "MAIL FROM:<a@origin.example>", "RCPT TO:<b@dest.example>")
                    .getLast();
            assertTrue(first.startsWith("450 4.2.0 Greylisted, come back"), first);
            node.await(
                    "its delay has passed",
                    () -> node.send("a@origin.example", "b@dest.example").startsWith("250 "));
            String text = sink.take().text();
            assertTrue(text.matches("(?s)X-Greylist: delayed \\d+ seconds? by postgrey-.*"), text);
            assertEquals(List.of(), node.records(PluginFailure.class));
        }
    }

    @Test
    void byTcp() throws Exception {
        int port = Peer.freePort();
        try (var tcp = new Tcp();
                Peer peer = postgrey("--inet=127.0.0.1:" + port)) {
            peer.awaitPort(port);
            greylists(tcp, Endpoint.tcp("127.0.0.1", port));
        }
    }

    private static boolean answers(Io io, Endpoint endpoint) {
        try {
            io.dial(endpoint, Optional.empty(), Duration.ofSeconds(5)).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void byUnixSocket() throws Exception {
        Path socket = folder.resolve("s");
        try (Peer peer = postgrey("--unix=" + socket)) {
            var unix = new UnixSocket("0600");
            Endpoint endpoint = Endpoint.parse("unix:" + socket);
            peer.await("its socket", () -> answers(unix, endpoint));
            greylists(unix, endpoint);
        }
    }
}

package plugins.proxyprotocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Verdict;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.testkit.node.TestNode;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real HAProxy in front of a node: versions 1 and 2, with and without values, and its health check. */
@Tag("peers")
class HaproxyPeersTest {

    @TempDir
    Path directory;

    private final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();

    private final class Watch implements Reception {
        @Override
        public Verdict connect(Session session) {
            clients.add(session.remote());
            return Verdict.next();
        }
    }

    @Test
    void haproxyNamesItsClients() throws Exception {
        String program = Peer.program("haproxy").toString();
        try (var node = TestNode.builder(directory.resolve("spool"))
                .plugin("proxy", new ProxyProtocol(Settings.of(ProxyProtocol.Config.class)))
                .plugin("watch", new Watch())
                .binding("watch", "watch", "Reception", "connect")
                .wrappers("proxy")
                .start()) {
            int first = Peer.freePort();
            int second = Peer.freePort();
            Path config = Files.writeString(
                    directory.resolve("haproxy.cfg"), """
                    defaults
                      mode tcp
                      timeout connect 10s
                      timeout client 60s
                      timeout server 60s
                    listen one
                      bind 127.0.0.1:%d
                      server node 127.0.0.1:%d send-proxy
                    listen two
                      bind 127.0.0.1:%d
                      unique-id-format %%ci:%%cp
                      option smtpchk EHLO haproxy.example
                      server node 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 1s
                    """.formatted(first, node.port(), second, node.port()));
            try (Peer haproxy = Peer.start(directory, program, "-db", "-f", config.toString())) {
                for (int port : List.of(first, second)) {
                    haproxy.awaitPort(port);
                    talk(port);
                }
                // The check says LOCAL: the session is the proxy's own, from the address that its connection comes
                // from.
                haproxy.await("a health check", () -> clients.size() > 4);
            }
        }
    }

    /** Two connections at once, so that their ports tell them apart. */
    private void talk(int port) throws IOException {
        try (var one = new Socket(InetAddress.getLoopbackAddress(), port);
                var two = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (Socket socket : List.of(one, two)) {
                socket.setSoTimeout(60_000);
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                assertEquals("220", in.readLine().substring(0, 3));
                var me = (InetSocketAddress) socket.getLocalSocketAddress();
                assertTrue(clients.contains(me), () -> me + " in " + clients);
            }
        }
    }
}

package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Bad peers and bad configuration, met by a node as a process. */
public class TroubleIT {

    private static final long LIMIT_SECONDS = 240;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    /** How a destination misbehaves. */
    private enum Vice {
        STALLS,
        DRIPS,
        DROPS_IN_DATA,
        TALKS_NONSENSE,
        ALWAYS_421
    }

    @Test
    public void badDestinationsDoNotKeepGoodMailBack() throws Exception {
        try (CountingSink good = new CountingSink();
                BadPeer stalls = new BadPeer(Vice.STALLS);
                BadPeer drips = new BadPeer(Vice.DRIPS);
                BadPeer drops = new BadPeer(Vice.DROPS_IN_DATA);
                BadPeer nonsense = new BadPeer(Vice.TALKS_NONSENSE);
                BadPeer busy = new BadPeer(Vice.ALWAYS_421)) {
            StringBuilder policy = new StringBuilder(
                    "policy:\n  all:\n    route: \"[127.0.0.1]:" + good.port() + "\"\n    tls: none\n    retry: 2s\n");
            List<Integer> ports = List.of(
                    stalls.port(), drips.port(), drops.port(), nonsense.port(), busy.port(), NodeProcess.freePort());
            for (int i = 0; i < ports.size(); i++) {
                policy.append("  bad" + i + ":\n    when:\n      destination: dest" + i
                        + ".example\n    route: \"[127.0.0.1]:" + ports.get(i) + "\"\n");
            }
            try (NodeProcess node = new NodeProcess(folder.newFolder("peers").toPath(), policy.toString()).start();
                    NumberedLoad load = new NumberedLoad(node.port(), 10, 2_000)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
                while (load.answeredCount() < 1_000 && System.nanoTime() < end) {
                    Thread.sleep(10);
                }
                load.finish();
                // The numbers that end in 6 to 9 go to the good destination, six out of ten to the bad ones.
                List<Long> expected = load.answered().stream()
                        .filter(number -> number % 10 >= 6)
                        .toList();
                assertTrue("enough was taken: " + load.answeredCount(), load.answeredCount() >= 1_000);
                while (!good.numbers().containsAll(expected) && System.nanoTime() < end) {
                    Thread.sleep(50);
                }
                List<Long> missing = new ArrayList<>(expected);
                missing.removeAll(good.numbers());
                assertEquals("of " + expected.size() + " for the good destination", List.of(), missing);
                assertEquals(
                        "nothing comes where it does not belong",
                        List.of(),
                        good.numbers().stream()
                                .filter(number -> number % 10 < 6)
                                .toList());
                assertEquals("the rest waits", load.answeredCount() - expected.size(), node.queued());
            }
        }
    }

    @Test
    public void aThousandIdleConnectionsHoldNobodyUp() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (CountingSink sink = new CountingSink();
                NodeProcess node = new NodeProcess(folder.newFolder("idle").toPath(), route(sink)).start()) {
            for (int i = 0; i < 1_000; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
                idle.add(socket);
            }
            for (Socket socket : idle) {
                assertEquals("220", reply(socket));
            }
            try (NumberedLoad load = new NumberedLoad(node.port(), 4, 1_000)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
                while (sink.distinct() < 500 && System.nanoTime() < end) {
                    Thread.sleep(10);
                }
                load.finish();
                assertTrue("mail flows: " + sink.distinct(), sink.distinct() >= 500);
            }
            for (Socket socket : idle) {
                socket.getOutputStream().write("NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals("250", reply(socket));
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /** The code of a reply of one line. */
    private static String reply(Socket socket) throws IOException {
        byte[] code = socket.getInputStream().readNBytes(3);
        int octet = socket.getInputStream().read();
        while (octet != '\n' && octet >= 0) {
            octet = socket.getInputStream().read();
        }
        return new String(code, StandardCharsets.US_ASCII);
    }

    /** At the start of a process its queue is there before the plugins are: it must wait for them, not rest. */
    @Test
    public void whatWasQueuedLeavesRightAfterTheNextStart() throws Exception {
        int port = NodeProcess.freePort();
        String policy = "policy:\n  all:\n    route: \"[127.0.0.1]:" + port + "\"\n    tls: none\n";
        try (NodeProcess node = new NodeProcess(folder.newFolder("again").toPath(), policy).start()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            long queued;
            try (NumberedLoad load = new NumberedLoad(node.port(), 2, 1_000)) {
                while (load.answeredCount() < 20 && System.nanoTime() < end) {
                    Thread.sleep(10);
                }
                load.finish();
                queued = load.answeredCount();
            }
            assertTrue("enough was taken: " + queued, queued >= 20);
            assertEquals(node.said(), 0, node.terminate());
            try (CountingSink sink = new CountingSink(port)) {
                node.start();
                while (sink.distinct() < queued && System.nanoTime() < end) {
                    String why = node.ask("why", "dest0.example");
                    assertFalse(why, why.contains("No transport"));
                }
                assertEquals(queued, sink.distinct());
            }
        }
    }

    @Test
    public void aMistakeInALiveFileKeepsTheOldSettings() throws Exception {
        try (CountingSink sink = new CountingSink();
                NodeProcess node = new NodeProcess(folder.newFolder("live").toPath(), route(sink)).start()) {
            node.configure("test.yaml", "policy:\n  all:\n    rout: \"[127.0.0.1]:1\"\n    tls: none\n");
            node.await("test.yaml:3");
            try (NumberedLoad load = new NumberedLoad(node.port(), 2, 1_000)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
                while (sink.distinct() < 20 && System.nanoTime() < end) {
                    Thread.sleep(10);
                }
                load.finish();
            }
            assertTrue("mail goes where it went: " + sink.distinct(), sink.distinct() >= 20);
            assertTrue(node.said(), node.said().contains("route"));
        }
    }

    @Test
    public void aMistakeAtTheStartEndsWith78() throws Exception {
        try (NodeProcess node = new NodeProcess(
                folder.newFolder("start").toPath(), "policy:\n  all:\n    tls: none\n    conections: 3\n")) {
            node.launch();
            assertEquals(node.said(), 78, node.exit());
            assertTrue(
                    node.said(),
                    node.said().contains("test.yaml:4") && node.said().contains("connections"));
        }
    }

    private static String route(CountingSink sink) {
        return "policy:\n  all:\n    route: \"[127.0.0.1]:" + sink.port() + "\"\n    tls: none\n";
    }

    /** A server with one vice. One virtual thread per connection. */
    private static final class BadPeer implements AutoCloseable {

        private final Vice vice;
        private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();

        BadPeer(Vice vice) throws IOException {
            this.vice = vice;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = server.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                switch (vice) {
                    case STALLS -> socket.getInputStream().readAllBytes();
                    case DRIPS -> {
                        while (true) {
                            say(socket, "220-patience");
                            Thread.sleep(1_000);
                        }
                    }
                    case DROPS_IN_DATA -> {
                        say(socket, "220 ready");
                        socket.getInputStream().read(new byte[1_000]);
                        say(socket, "250 hello");
                        socket.getInputStream().read(new byte[1_000]);
                        say(socket, "250 ok\r\n250 ok\r\n354 go on");
                    }
                    case TALKS_NONSENSE -> {
                        say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n\0\0\0");
                        socket.getInputStream().read(new byte[1_000]);
                    }
                    case ALWAYS_421 -> say(socket, "421 4.3.2 not today");
                }
            } catch (IOException | InterruptedException e) {
                // the node has gone
            } finally {
                open.remove(socket);
            }
        }

        private static void say(Socket socket, String reply) throws IOException {
            socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}

package mta.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mta.core.io.Listeners.State;
import mta.core.metrics.Meters;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Wire;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.Records;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final Tcp tcp = new Tcp();
    private final Drivers drivers = new Drivers().put(Io.class, "tcp", tcp);
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Echo echo = new Echo();
    private volatile String start = "";
    private final Listeners listeners = new Listeners(drivers, new NoTls(), sink(), new Meters(), () -> start);

    private Records sink() {
        return new Records() {
            @Override
            public void emit(LogRecord record) {
                records.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        };
    }

    @AfterEach
    void stop() throws InterruptedException {
        listeners.drain(Instant.now());
        tcp.close();
    }

    /** Greets, then answers lines until the client goes, the word is quit, or the listener stops. */
    private static final class Echo implements Protocol {
        private final BlockingQueue<Listener> serving = new LinkedBlockingQueue<>();

        @Override
        public void serve(Wire wire, Listener listener) throws IOException {
            serving.add(listener);
            var in = new BufferedReader(new InputStreamReader(wire.in(), StandardCharsets.US_ASCII));
            say(wire, "hello " + listener.name());
            for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
                listener.pin().renew();
                say(wire, listener.stopping() ? "bye" : line);
                if (listener.stopping()) {
                    return;
                }
            }
        }

        @Override
        public void refuse(Wire wire, Listener listener) throws IOException {
            say(wire, "too many");
        }

        private static void say(Wire wire, String line) throws IOException {
            wire.out().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(Endpoint endpoint) throws IOException {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), endpoint.port());
            socket.setSoTimeout(60_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        String read() throws IOException {
            return String.valueOf(in.readLine());
        }

        String ask(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            return read();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static ListenerSettings settings(int port, int max, int perClient, String... wrappers) {
        return new ListenerSettings(
                Endpoint.tcp("127.0.0.1", port),
                "echo",
                ListenerSettings.TlsUse.NONE,
                List.of(wrappers),
                max,
                perClient,
                Duration.ofSeconds(30),
                Map.of("tls", "none"));
    }

    private Endpoint open(String name, ListenerSettings settings) throws InterruptedException {
        listeners.open(name, settings);
        return assertInstanceOf(
                        State.Open.class, listeners.awaitSettled(List.of(name)).get(name))
                .endpoint();
    }

    @Test
    void servesConnectionsByTheProtocolOfThatName() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 0, 0));
        try (var client = new Client(endpoint)) {
            assertEquals("hello mx", client.read());
            assertEquals("x", client.ask("x"));
            assertEquals(Map.of("tls", "none"), echo.serving.take().settings());
            assertEquals("null", client.ask("quit"));
        }
        Await.until("only the acceptor holds a pin", () -> drivers.pins() == 1);
    }

    @Test
    void doesNotOpenBeforeTheProtocolIsThere() throws Exception {
        int port = freePort();
        listeners.open("mx", settings(port, 0, 0));
        assertInstanceOf(State.Waiting.class, listeners.states().get("mx"));
        drivers.put(Protocol.class, "echo", echo);
        assertInstanceOf(State.Open.class, listeners.awaitSettled(List.of("mx")).get("mx"));
        try (var client = new Client(Endpoint.tcp("127.0.0.1", port))) {
            assertEquals("hello mx", client.read());
        }
    }

    @Test
    void doesNotOpenWhileTheNodeStarts() throws Exception {
        start = "plugin guard";
        drivers.put(Protocol.class, "echo", echo);
        listeners.open("mx", settings(0, 0, 0));
        Await.until("says why", () -> listeners.states().get("mx").equals(new State.Waiting("waits for plugin guard")));
        start = "";
        assertInstanceOf(State.Open.class, listeners.awaitSettled(List.of("mx")).get("mx"));
    }

    @Test
    void aPortInUseIsAFailureThatNamesWhoHasIt() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            listeners.open("mx", settings(taken.getLocalPort(), 0, 0));
            var failed = assertInstanceOf(
                    State.Failed.class, listeners.awaitSettled(List.of("mx")).get("mx"));
            assertTrue(failed.reason().contains("127.0.0.1:" + taken.getLocalPort() + " is in use"), failed.reason());
            assertTrue(
                    !java.nio.file.Files.exists(java.nio.file.Path.of("/proc/net/tcp"))
                            || failed.reason().contains("by this node itself"),
                    failed.reason());
        }
    }

    @Test
    void tooManyConnectionsAreToldSoInTheProtocolsWords() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 1, 0));
        try (var first = new Client(endpoint)) {
            assertEquals("hello mx", first.read());
            try (var second = new Client(endpoint)) {
                assertEquals("too many", second.read());
                assertEquals("null", second.read());
            }
            assertTrue(records.stream().anyMatch(record -> record.toString().contains("too many connections")));
        }
        echo.serving.take();
        serveAgain(endpoint);
    }

    /** The place of a connection that ended is free a moment later. */
    private void serveAgain(Endpoint endpoint) throws Exception {
        Await.until("a place is free", () -> {
            try (var client = new Client(endpoint)) {
                return client.read().equals("hello mx");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void oneClientHasALimitOfItsOwn() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 0, 2));
        try (var first = new Client(endpoint);
                var second = new Client(endpoint)) {
            assertEquals("hello mx", first.read());
            assertEquals("hello mx", second.read());
            try (var third = new Client(endpoint)) {
                assertEquals("too many", third.read());
            }
        }
        serveAgain(endpoint);
    }

    @Test
    void otherSettingsHoldForNewConnectionsAndLeaveSessionsAlone() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint before = open("mx", settings(0, 0, 0));
        try (var session = new Client(before)) {
            assertEquals("hello mx", session.read());
            int port = freePort();
            listeners.open("mx", settings(port, 1, 0));
            Await.until(
                    "the listener moves",
                    () -> listeners.states().get("mx") instanceof State.Open open
                            && open.endpoint().port() == port);
            assertEquals("still there", session.ask("still there"));
            try (var other = new Client(Endpoint.tcp("127.0.0.1", port))) {
                assertEquals("too many", other.read());
            }
        }
    }

    @Test
    void sessionsOfAListenerThatIsTakenAwayAreAskedToEnd() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 0, 0));
        try (var session = new Client(endpoint)) {
            assertEquals("hello mx", session.read());
            listeners.close("mx");
            assertEquals("bye", session.ask("anything"));
        }
        assertEquals(Map.of(), listeners.states());
    }

    @Test
    void sessionsOfAReplacedProtocolAreAskedToEnd() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 0, 0));
        try (var session = new Client(endpoint)) {
            assertEquals("hello mx", session.read());
            drivers.put(Protocol.class, "another", new Echo());
            assertEquals("same protocol, other plan", session.ask("same protocol, other plan"));
            drivers.put(Protocol.class, "echo", new Echo());
            assertEquals("bye", session.ask("anything"));
        }
    }

    @Test
    void theOrderlyStopWaitsForSessionsAndThenCutsThemOff() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        Endpoint endpoint = open("mx", settings(0, 0, 0));
        try (var polite = new Client(endpoint);
                var stubborn = new Client(endpoint)) {
            polite.read();
            stubborn.read();
            Thread stop = Thread.ofVirtual().start(() -> {
                try {
                    listeners.drain(Instant.now().plusSeconds(2));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Await.until("sessions know", () -> echo.serving.stream().allMatch(Listener::stopping));
            assertEquals("bye", polite.ask("anything"));
            assertEquals("null", stubborn.read());
            stop.join();
        }
        Await.until("no pin is left", () -> drivers.pins() == 0);
    }

    @Test
    void wrappersGoAroundEachConnection() throws Exception {
        drivers.put(Protocol.class, "echo", echo);
        drivers.put(Io.class, "greeter", new Io() {
            @Override
            public Wire wrap(Wire wire, Endpoint endpoint, Side side) throws IOException {
                wire.out().write("wrapped\n".getBytes(StandardCharsets.US_ASCII));
                return wire;
            }
        });
        Endpoint endpoint = open("mx", settings(0, 0, 0, "greeter"));
        try (var client = new Client(endpoint)) {
            assertEquals("wrapped", client.read());
            assertEquals("hello mx", client.read());
        }
        listeners.open("mx", settings(endpoint.port(), 0, 0, "missing"));
        Await.until("the listener is open", () -> {
            try (var client = new Client(endpoint)) {
                return client.read().equals("null");
            } catch (IOException e) {
                return false;
            }
        });
        assertTrue(records.stream().anyMatch(record -> record.toString().contains("there is no io missing")));
    }

    @Test
    void aProtocolThatThrowsEndsItsConnectionOnly() throws Exception {
        drivers.put(Protocol.class, "echo", (wire, listener) -> {
            throw new IllegalStateException("on purpose");
        });
        Endpoint endpoint = open("mx", settings(0, 0, 0));
        for (int i = 0; i < 3; i++) {
            try (var client = new Client(endpoint)) {
                assertEquals("null", client.read());
            }
        }
    }

    @Test
    void aPeerThatNeverReadsIsClosed() throws Exception {
        var blocked = new LinkedBlockingQueue<IOException>();
        try (var impatient = new Tcp(Duration.ofMillis(50))) {
            drivers.put(Io.class, "tcp", impatient);
            drivers.put(Protocol.class, "echo", (wire, listener) -> {
                wire.readTimeout(Duration.ofMillis(100));
                try {
                    while (true) {
                        wire.out().write(new byte[100_000]);
                    }
                } catch (IOException e) {
                    blocked.add(e);
                }
            });
            Endpoint endpoint = open("mx", settings(0, 0, 0));
            try (var client = new Client(endpoint)) {
                assertTrue(client.socket.isConnected());
                assertTrue(blocked.poll(60, TimeUnit.SECONDS) != null, "the write ends");
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Whatever an Io does when it is asked to listen or to accept, the listener is there when it has come to its senses. */
    @Test
    void anIoThatFailsCostsTheListenerOnlyTime() throws Exception {
        var faults = new ConcurrentLinkedQueue<String>(List.of("error", "accept null", "accept error"));
        drivers.put(Io.class, "tcp", new Io() {
            @Override
            public Acceptor listen(Endpoint endpoint) throws IOException {
                String fault = faults.isEmpty() || faults.peek().startsWith("accept") ? "" : faults.poll();
                if (fault.equals("error")) {
                    throw new NoClassDefFoundError("com/acme/Missing");
                }
                var inner = tcp.listen(endpoint);
                return new Acceptor() {
                    @Override
                    public Wire accept() throws IOException {
                        String next = faults.poll();
                        if (next != null && next.endsWith("error")) {
                            throw new AssertionError("boom");
                        }
                        return next != null ? null : inner.accept();
                    }

                    @Override
                    public Endpoint endpoint() {
                        return inner.endpoint();
                    }

                    @Override
                    public void close() throws IOException {
                        inner.close();
                    }
                };
            }
        });
        drivers.put(Protocol.class, "echo", echo);
        int port = freePort();
        listeners.open("mx", settings(port, 0, 0));
        assertInstanceOf(
                State.Failed.class, listeners.awaitSettled(List.of("mx")).get("mx"));
        Await.until("it is open", () -> listeners.states().get("mx") instanceof State.Open);
        try (var client = new Client(Endpoint.tcp("127.0.0.1", port))) {
            assertEquals("hello mx", client.read());
        }
        assertEquals(
                List.of("listen threw", "accept null", "accept threw"),
                records.stream()
                        .filter(PluginFailure.class::isInstance)
                        .map(PluginFailure.class::cast)
                        .filter(one -> one.point().equals("Io") && one.plugin().equals("tcp"))
                        .map(one -> one.stage() + " " + one.failure())
                        .toList());
    }
}

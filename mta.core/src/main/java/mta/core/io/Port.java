package mta.core.io;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import mta.core.drivers.DriverCall;
import mta.core.io.Listeners.State;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.plugins.api.metrics.Metrics;
import mta.plugins.api.policy.Lookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener. A virtual thread of its own waits for the protocol, opens the acceptor and accepts; each connection is
 * served on a virtual thread of its own. Other threads change settings and close.
 */
final class Port {

    private static final Logger log = LoggerFactory.getLogger(Port.class);

    /** How often it is looked whether the protocol has come. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** After so many failures to accept, one after the other, the acceptor is opened anew. */
    private static final int FAILURES = 50;

    /** @param asked as it stands in the settings */
    private record Opened(Acceptor acceptor, Endpoint asked) {}

    private final String name;
    private final Listeners.Surroundings surroundings;
    private final Supplier<Optional<Lookup>> lookup;
    private final Runnable changed;
    private final Thread thread;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Clients clients = new Clients();

    private final Metrics.Counter accepted;
    private final Metrics.Counter refused;
    private final Metrics.Counter failed;

    private volatile ListenerSettings settings;
    private volatile State state = new State.Waiting("starting");
    private volatile Optional<Opened> opened = Optional.empty();
    private volatile boolean closed;

    Port(
            String name,
            ListenerSettings settings,
            Listeners.Surroundings surroundings,
            Supplier<Optional<Lookup>> lookup,
            Runnable changed) {
        this.name = name;
        this.settings = settings;
        this.surroundings = surroundings;
        this.lookup = lookup;
        this.changed = changed;
        accepted = surroundings.metrics().counter("listener.accepted", "listener", name);
        refused = surroundings.metrics().counter("listener.refused", "listener", name);
        failed = surroundings.metrics().counter("listener.failed", "listener", name);
        surroundings.metrics().gauge("listener.connections", connections::size, "listener", name);
        thread = Thread.ofVirtual().name("listener/" + name).start(this::run);
    }

    String name() {
        return name;
    }

    State state() {
        return state;
    }

    Listeners.Surroundings surroundings() {
        return surroundings;
    }

    Clients clients() {
        return clients;
    }

    Optional<Lookup> lookup() {
        return lookup.get();
    }

    boolean closed() {
        return closed;
    }

    /** Connections that were handed to the protocol. */
    Metrics.Counter accepted() {
        return accepted;
    }

    /** Connections beyond the limits. */
    Metrics.Counter refused() {
        return refused;
    }

    /** Connections whose wrappers or TLS failed. */
    Metrics.Counter failed() {
        return failed;
    }

    int connections() {
        return connections.size();
    }

    void ended(Connection connection) {
        connections.remove(connection);
        if (closed) {
            synchronized (connections) {
                connections.notifyAll();
            }
        }
    }

    /** Only another endpoint or backlog needs another acceptor; everything else holds from the next connection on. */
    void change(ListenerSettings next) {
        boolean reopen = !next.endpoint().equals(settings.endpoint());
        settings = next;
        if (reopen) {
            log.info("listener {}: moves to {}", name, next.endpoint());
            // Its thread may have seen the change already, and have opened the next one.
            opened.filter(old -> !old.asked().equals(next.endpoint())).ifPresent(this::closeAcceptor);
        }
    }

    void close() {
        closed = true;
        thread.interrupt();
        opened.ifPresent(this::closeAcceptor);
    }

    private void closeAcceptor(Opened old) {
        try {
            old.acceptor().close();
        } catch (IOException e) {
            log.warn("listener {}: {}", name, e.toString());
        }
    }

    void awaitSessions(Instant deadline) throws InterruptedException {
        synchronized (connections) {
            while (!connections.isEmpty()) {
                long left = Duration.between(Instant.now(), deadline).toMillis();
                if (left <= 0) {
                    return;
                }
                connections.wait(Math.min(left, 200));
            }
        }
    }

    void cutOff() {
        if (!connections.isEmpty()) {
            log.warn("listener {}: {} sessions did not end in time and are cut off", name, connections.size());
            connections.forEach(Connection::cutOff);
        }
    }

    private void run() {
        try {
            while (!closed) {
                awaitProtocol();
                openAndAccept();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** A port that nobody serves stays shut: a refused connection sends the client to the next host at once. */
    private void awaitProtocol() throws InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        for (String missing = missing(); !missing.isEmpty(); missing = missing()) {
            String reason = "waits for " + missing;
            if (!state.equals(new State.Waiting(reason)) && Instant.now().isAfter(patience)) {
                log.warn("listener {}: {}", name, reason);
                enter(new State.Waiting(reason));
            }
            Thread.sleep(LOOK);
        }
    }

    private String missing() {
        String start = surroundings.gate().waitsFor();
        if (!start.isEmpty()) {
            return start;
        }
        ListenerSettings now = settings;
        try (Pin pin = surroundings.hooks().pin()) {
            if (surroundings.protocols().driver(pin, now.protocol()).isEmpty()) {
                return "protocol " + now.protocol();
            }
            if (surroundings.streams().driver(pin, now.endpoint().scheme()).isEmpty()) {
                return "io " + now.endpoint().scheme();
            }
            return "";
        }
    }

    private void openAndAccept() throws InterruptedException {
        Endpoint endpoint = settings.endpoint();
        // The pin stands as long as the acceptor: the one who opened it is not let go before.
        try (Pin pin = surroundings.hooks().pin()) {
            Optional<Io> io = surroundings.streams().driver(pin, endpoint.scheme());
            if (io.isEmpty()) {
                return;
            }
            try (Acceptor open = driver(endpoint).run("listen", () -> io.get().listen(endpoint))) {
                opened = Optional.of(new Opened(open, endpoint));
                enter(new State.Open(settings.protocol(), open.endpoint()));
                log.info("listener {}: {} on {}", name, settings.protocol(), open.endpoint());
                accept(open, endpoint);
            } finally {
                opened = Optional.empty();
            }
        } catch (IOException | DriverCall.Failed | RuntimeException | Error e) {
            // Whatever an Io throws: the listener is tried again.
            String reason = reason(endpoint, e);
            if (!state.equals(new State.Failed(reason))) {
                log.error("listener {}: {}", name, reason);
                enter(new State.Failed(reason));
            }
            Thread.sleep(RETRY);
        }
    }

    private void accept(Acceptor open, Endpoint endpoint) throws InterruptedException {
        int failures = 0;
        while (!closed && settings.endpoint().equals(endpoint) && failures < FAILURES) {
            Wire wire;
            try {
                wire = driver(endpoint).run("accept", open::accept);
                failures = 0;
            } catch (IOException | DriverCall.Failed e) {
                if (closed || !settings.endpoint().equals(endpoint)) {
                    return;
                }
                // Out of file descriptors, most likely: going on at once would only burn the processor.
                log.warn("listener {}: cannot accept: {}", name, e.toString());
                failures++;
                Thread.sleep(100);
                continue;
            }
            var connection = new Connection(this, wire, settings);
            connections.add(connection);
            connection.start();
        }
    }

    /** Waiting for clients has no limit. */
    private DriverCall driver(Endpoint endpoint) {
        return new DriverCall(surroundings.records(), "Io", endpoint.scheme(), "tempfail", Duration.ZERO, () -> {});
    }

    private static String reason(Endpoint endpoint, Throwable e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof BindException && text.contains("in use")) {
            return endpoint + " is in use"
                    + PortHolder.of(endpoint.port())
                            .map(holder -> " by " + holder)
                            .orElse("");
        }
        if (text.contains("Permission denied")) {
            return endpoint + ": a port below 1024 needs the capability CAP_NET_BIND_SERVICE";
        }
        return endpoint + ": " + (e.getMessage() == null ? e.toString() : text);
    }

    private void enter(State next) {
        state = next;
        changed.run();
    }
}

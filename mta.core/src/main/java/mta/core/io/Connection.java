package mta.core.io;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mta.core.drivers.DriverCall;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Listener;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.io.Wire;
import mta.plugins.api.policy.ListenerFor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection, from accept to close, on a virtual thread of its own: wrappers, limits, TLS, protocol. It is
 * also what the protocol knows of the listener. {@link #cutOff} comes from other threads, everything else from its own.
 */
final class Connection implements Listener {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final AtomicLong NUMBER = new AtomicLong();

    /** How many clients at a time are told that there are too many; the rest is closed without a word. */
    private static final int TOLD = 100;

    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /** How long a protocol that is being replaced is waited for. */
    private static final Duration REPLACEMENT = Duration.ofSeconds(2);

    private final Port port;
    private final Wire raw;
    private final Instant began = Instant.now();
    private final ListenerSettings settings;
    private Map<String, String> entries;
    private final Pin pin;
    private Optional<Protocol> protocol = Optional.empty();
    private long plan;
    private boolean replaced;

    Connection(Port port, Wire raw, ListenerSettings settings) {
        this.port = port;
        this.raw = raw;
        this.settings = settings;
        entries = settings.all();
        pin = port.surroundings().hooks().pin();
    }

    void start() {
        Thread.ofVirtual().name(port.name() + "/" + NUMBER.incrementAndGet()).start(this::run);
    }

    /** The last means of the orderly stop. */
    void cutOff() {
        try {
            raw.close();
        } catch (IOException e) {
            // The thread that serves it will find out.
        }
    }

    private void run() {
        try {
            protocol = awaitProtocol();
            plan = pin.plan();
            if (protocol.isPresent()) {
                serve();
            }
        } catch (IOException e) {
            log.debug("{}: {}", this, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log.error("{}: the protocol failed", this, e);
        } finally {
            cutOff();
            pin.close();
            port.ended(this);
        }
    }

    private Optional<Protocol> awaitProtocol() throws InterruptedException {
        Instant limit = Instant.now().plus(REPLACEMENT);
        Optional<Protocol> found = driver();
        while (found.isEmpty() && Instant.now().isBefore(limit) && !port.closed()) {
            Thread.sleep(20);
            pin.renew();
            found = driver();
        }
        return found;
    }

    private Optional<Protocol> driver() {
        return port.surroundings().protocols().driver(pin, settings.protocol());
    }

    private void serve() throws IOException {
        boolean full = settings.maxConnections() > 0 && port.connections() > settings.maxConnections();
        if (full && port.connections() > settings.maxConnections() + TOLD) {
            port.refused().increment();
            return;
        }
        raw.readTimeout(settings.handshakeTimeout());
        Wire wire = wrapped();
        if (full || !port.clients().enter(wire.remote(), settings.maxConnectionsPerClient())) {
            refuse(wire, full ? "too many connections" : "too many connections of this client");
            return;
        }
        try {
            serve(wire);
        } finally {
            port.clients().leave(wire.remote());
        }
    }

    private void serve(Wire wire) throws IOException {
        try {
            overrides(wire);
        } catch (Unresolved e) {
            refuse(wire, "its settings could not be looked up: " + e.getMessage());
            return;
        }
        port.accepted().increment();
        Wire secured = settings.tls() == ListenerSettings.TlsUse.IMPLICIT ? secured(wire) : wire;
        protocol.orElseThrow().serve(secured, this);
    }

    private Wire wrapped() throws IOException {
        Wire wire = raw;
        for (String wrapper : settings.wrappers()) {
            Optional<Io> io = port.surroundings().streams().driver(pin, wrapper);
            if (io.isEmpty()) {
                throw failed(wire, new IOException("there is no io " + wrapper));
            }
            try {
                wire = wrapped(io.get(), wrapper, wire);
            } catch (IOException e) {
                throw failed(wire, e);
            }
        }
        return wire;
    }

    /** Each read within may take the handshake's time; one that takes twice as long does not only read. */
    private Wire wrapped(Io io, String wrapper, Wire inner) throws IOException {
        try {
            return new DriverCall(
                            port.surroundings().records(),
                            "Io",
                            wrapper,
                            "shutdown",
                            settings.handshakeTimeout().multipliedBy(2),
                            this::cutOff)
                    .run("wrap", () -> io.wrap(inner, settings.endpoint(), Io.Side.ACCEPTED));
        } catch (DriverCall.Failed e) {
            throw new IOException("io " + wrapper + " failed: " + e.getMessage(), e);
        }
    }

    private Wire secured(Wire wire) throws IOException {
        try {
            return port.surroundings().tls().accept(wire, port.name(), settings.handshakeTimeout());
        } catch (IOException e) {
            throw failed(wire, e);
        }
    }

    private void overrides(Wire wire) throws Unresolved {
        var lookup = port.lookup();
        if (lookup.isEmpty() || wire.remote().getAddress() == null) {
            return;
        }
        var query = new ListenerFor(port.name(), wire.remote().getAddress().getHostAddress());
        var overrides = lookup.get().find(query);
        if (overrides.isPresent()) {
            var merged = new HashMap<>(entries);
            merged.putAll(overrides.get());
            entries = Map.copyOf(merged);
        }
    }

    /** A client of implicit TLS would read words in plain text as garbage, so it gets none. */
    private void refuse(Wire wire, String reason) throws IOException {
        port.refused().increment();
        record(wire, "refused", reason);
        if (settings.tls() != ListenerSettings.TlsUse.IMPLICIT) {
            wire.readTimeout(FAREWELL);
            protocol.orElseThrow().refuse(wire, this);
        }
    }

    private IOException failed(Wire wire, IOException e) {
        port.failed().increment();
        record(wire, "failed", String.valueOf(e.getMessage()));
        return e;
    }

    private void record(Wire wire, String end, String detail) {
        var now = Instant.now();
        String peer = Peer.text(wire.remote());
        port.surroundings()
                .records()
                .emit(new mta.plugins.api.log.Connection(
                        now, "in", port.name(), peer, "", 0, Duration.between(began, now), end, detail));
    }

    @Override
    public String name() {
        return port.name();
    }

    @Override
    public Endpoint endpoint() {
        return settings.endpoint();
    }

    @Override
    public Map<String, String> settings() {
        return entries;
    }

    @Override
    public Pin pin() {
        return pin;
    }

    /** The code that runs a session of a replaced protocol belongs to the old plan and should not outlive it by much. */
    @Override
    public boolean stopping() {
        if (pin.plan() != plan) {
            plan = pin.plan();
            replaced |= !driver().equals(protocol);
        }
        return replaced || port.closed();
    }

    @Override
    public String toString() {
        return "listener " + port.name() + ", " + Peer.text(raw.remote());
    }
}

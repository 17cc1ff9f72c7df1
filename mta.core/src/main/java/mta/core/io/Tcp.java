package mta.core.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * TCP over IPv4 and IPv6. Sockets with streams rather than channels: as fast on virtual threads, and they time out
 * (docs/decisions/0004-sockets-and-tls.md). Thread-safe.
 *
 * <p>A write has no time-out of its own in Java, and a peer that never reads keeps its window at zero for ever while
 * answering every probe of the kernel: one thread looks for writes that have lasted too long and closes their sockets.
 */
@Component(service = Io.class)
@Plugin("tcp")
@Named("tcp")
public final class Tcp implements Io, AutoCloseable {

    /** Option of an endpoint: how many connections the system keeps ready before they are accepted. */
    static final String BACKLOG = "backlog";

    private static final int DEFAULT_BACKLOG = 1024;
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Set<TcpWire> open = ConcurrentHashMap.newKeySet();
    private final Thread sweeper;

    @Activate
    public Tcp() {
        this(SWEEP);
    }

    Tcp(Duration sweep) {
        sweeper = Thread.ofVirtual().name("tcp/stalled-writes").start(() -> sweep(sweep));
    }

    @Override
    public Acceptor listen(Endpoint endpoint) throws IOException {
        var socket = new ServerSocket();
        try {
            // A restarted node gets its port back while old connections are still in TIME_WAIT.
            socket.setReuseAddress(true);
            socket.bind(endpoint.socketAddress(), backlog(endpoint));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new TcpAcceptor(socket, endpoint, this);
    }

    private static int backlog(Endpoint endpoint) {
        String backlog = endpoint.options().get(BACKLOG);
        return backlog == null ? DEFAULT_BACKLOG : Integer.parseInt(backlog);
    }

    @Override
    public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
        var socket = new Socket();
        try {
            if (from.isPresent()) {
                socket.bind(new InetSocketAddress(from.get(), 0));
            }
            socket.connect(to.socketAddress(), TcpWire.millis(timeout));
            return wire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    TcpWire wire(Socket socket) throws IOException {
        // Replies and commands are written whole: waiting for more (Nagle) only delays them.
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        var wire = new TcpWire(socket, open::remove);
        open.add(wire);
        return wire;
    }

    private void sweep(Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                long now = System.nanoTime();
                open.forEach(wire -> wire.closeIfStalled(now));
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    @Deactivate
    public void close() {
        sweeper.interrupt();
    }
}

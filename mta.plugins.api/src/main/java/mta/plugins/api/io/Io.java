package mta.plugins.api.io;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of byte stream, chosen by scheme ({@link mta.plugins.api.Named}): tcp, unix, tls, proxy, socks5, capture ... An Io
 * implements what it can: listening, dialling, wrapping. Thread-safe.
 */
@ConsumerType
public interface Io {

    default Acceptor listen(Endpoint endpoint) throws IOException {
        throw new IOException("cannot listen on " + endpoint);
    }

    /**
     * @param from local address to bind, where wanted
     * @param timeout for the connection to stand
     */
    default Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
        throw new IOException("cannot dial " + to);
    }

    /** Puts itself around an open stream; what a listener or a path names as its wrappers is applied in order. */
    default Wire wrap(Wire wire, Endpoint endpoint, Side side) throws IOException {
        return wire;
    }

    /** Which end of a connection this is. */
    enum Side {
        ACCEPTED,
        DIALLED
    }
}

package mta.plugins.api.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A wire over another one: whatever an implementation does not say itself, encryption included, is the other's. */
@ConsumerType
public interface WrappedWire extends Wire {

    /** The one that is wrapped. */
    Wire wire();

    @Override
    default InputStream in() throws IOException {
        return wire().in();
    }

    @Override
    default OutputStream out() throws IOException {
        return wire().out();
    }

    @Override
    default InetSocketAddress local() {
        return wire().local();
    }

    @Override
    default InetSocketAddress remote() {
        return wire().remote();
    }

    @Override
    default Optional<TlsInfo> tls() {
        return wire().tls();
    }

    @Override
    default void readTimeout(Duration timeout) throws IOException {
        wire().readTimeout(timeout);
    }

    @Override
    default void close() throws IOException {
        wire().close();
    }
}

package mta.plugins.api.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open, two-way byte stream. Reading and writing block; one thread reads and one writes at a time. Closing it from
 * another thread ends both.
 */
@ConsumerType
public interface Wire extends AutoCloseable {

    InputStream in() throws IOException;

    /** Not buffered: each write goes out. */
    OutputStream out() throws IOException;

    InetSocketAddress local();

    /** The far side; after PROXY the one that it names. Unresolved and port 0 where the scheme has no addresses. */
    InetSocketAddress remote();

    /** Empty while not encrypted. */
    default Optional<TlsInfo> tls() {
        return Optional.empty();
    }

    /** How long a read may wait before it throws {@link java.net.SocketTimeoutException}; zero: for ever. */
    void readTimeout(Duration timeout) throws IOException;

    @Override
    void close() throws IOException;
}

package plugins.unixsocket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The scheme {@code unix}: listens on and dials sockets in the file system. Runs on the threads of those who call it;
 * thread-safe.
 */
@Component(service = Io.class, configurationPid = "mta.unix-socket")
@Plugin("unix-socket")
@Named("unix")
@Designate(ocd = UnixSocket.Config.class)
public final class UnixSocket implements Io {

    private static final int DEFAULT_BACKLOG = 1024;

    @ObjectClassDefinition(name = "unix-socket", description = "Unix-domain sockets that this node listens on.")
    @interface Config {

        @AttributeDefinition(
                description = "Who may connect to a socket that is listened on: permissions in octal,"
                        + " such as 0660 for owner and group.")
        String mode() default "0660";
    }

    private volatile Set<PosixFilePermission> mode;

    @Activate
    public UnixSocket(Config config) {
        this(config.mode());
    }

    /** Without a container. */
    public UnixSocket(String mode) {
        this.mode = permissions(mode);
    }

    @Modified
    void modified(Config config) {
        mode = permissions(config.mode());
    }

    static Set<PosixFilePermission> permissions(String octal) {
        if (!octal.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException("mode: three octal digits, such as 0660, not: " + octal);
        }
        int bits = Integer.parseInt(octal, 8);
        var all = EnumSet.noneOf(PosixFilePermission.class);
        // Declared from OWNER_READ to OTHERS_EXECUTE, as the bits are from high to low.
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((bits & 0400 >> permission.ordinal()) != 0) {
                all.add(permission);
            }
        }
        return all;
    }

    @Override
    public Acceptor listen(Endpoint endpoint) throws IOException {
        Path path = path(endpoint);
        removeStale(path);
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), backlog(endpoint));
            Files.setPosixFilePermissions(path, mode);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new UnixAcceptor(channel, endpoint, path);
    }

    private static int backlog(Endpoint endpoint) {
        String backlog = endpoint.options().get("backlog");
        return backlog == null ? DEFAULT_BACKLOG : Integer.parseInt(backlog);
    }

    /** A process that was killed leaves its socket behind; one that nobody answers at may go, nothing else. */
    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path)) {
            return; // what is no socket is for bind to refuse
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
            throw new java.net.BindException(path + " is in use");
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connect(channel, UnixDomainSocketAddress.of(path(to)), timeout);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw e;
        } catch (IOException e) {
            channel.close();
            throw new IOException(to + ": " + e.getMessage(), e);
        }
        return new UnixWire(channel);
    }

    /** Only waits where the far side's queue is full; there is no time-out for that, so somebody else waits for it. */
    private static void connect(SocketChannel channel, UnixDomainSocketAddress address, Duration timeout)
            throws IOException {
        var failure = new AtomicReference<IOException>();
        Thread connecting = Thread.ofVirtual().name("unix/connect").start(() -> {
            try {
                channel.connect(address);
            } catch (IOException e) {
                failure.set(e);
            }
        });
        try {
            if (!timeout.isPositive()) {
                connecting.join();
            } else if (!connecting.join(timeout)) {
                throw new SocketTimeoutException("connect timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while connecting");
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static Path path(Endpoint endpoint) throws IOException {
        Path path = Path.of(endpoint.host());
        if (!path.isAbsolute()) {
            throw new IOException("a socket needs an absolute path: " + endpoint.host());
        }
        return path;
    }
}

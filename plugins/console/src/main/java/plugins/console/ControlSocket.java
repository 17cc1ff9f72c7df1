package plugins.console;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.admin.Operator;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local control socket {@code var/mta.sock}, for its owner only: one-shot verbs and console sessions. One virtual
 * thread accepts, each connection has one of its own, so a slow client holds up nobody. Whoever may connect may do
 * whatever the node may; the folder's and the socket's modes (0700, 0600) are the whole access control.
 */
@Component(immediate = true, service = ControlSocket.class)
public final class ControlSocket {

    private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);

    /** The longest path that the kernel takes for a socket (sun_path without its NUL). */
    private static final int LONGEST_PATH = 107;

    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final CommandProcessor gogo;
    private final GogoShell shell;
    private final Path path;
    private final ServerSocketChannel server;
    private final Map<SocketChannel, Thread> clients = new ConcurrentHashMap<>();

    @Activate
    public ControlSocket(@Reference CommandProcessor gogo, @Reference GogoShell shell, BundleContext context)
            throws IOException {
        this.gogo = gogo;
        this.shell = shell;
        this.path = Path.of(context.getProperty("mta.data"), "var", "mta.sock");
        this.server = open(path);
        Thread.ofVirtual().name("console accept").start(this::accept);
    }

    private static ServerSocketChannel open(Path path) throws IOException {
        if (path.toString().getBytes().length > LONGEST_PATH) {
            throw new IOException("no control socket: the path " + path + " is longer than the " + LONGEST_PATH
                    + " bytes a socket may have; use a shorter instance folder");
        }
        Files.createDirectories(path.getParent());
        Files.deleteIfExists(path); // left by a crash: the instance is locked, so nobody listens there
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return server;
    }

    /** Lets the answers that are under way arrive, among them that of the verb which stops the node. */
    @Deactivate
    void close() throws IOException, InterruptedException {
        server.close();
        Files.deleteIfExists(path);
        Instant limit = Instant.now().plus(LAST_ANSWERS);
        for (Map.Entry<SocketChannel, Thread> client : clients.entrySet()) {
            Duration left = Duration.between(Instant.now(), limit);
            if (left.isPositive()) {
                client.getValue().join(left);
            }
            client.getKey().close();
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("console client").start(() -> serve(client));
            } catch (IOException e) {
                if (server.isOpen()) {
                    log.warn("console: {}", e.toString());
                }
            }
        }
    }

    private void serve(SocketChannel client) {
        clients.put(client, Thread.currentThread());
        try (client) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(client));
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(client), 1 << 16);
            Request request = Request.read(in);
            SocketClient answers = new SocketClient(out);
            if (request.console()) {
                new Keys(in).serve(request, shell, answers.out());
                answers.status(0);
            } else {
                View view = new View(request.terminal(), request.number("width"), false);
                answers.status(new OneShot(gogo, Operator.LOCAL).run(request.words(), view, answers));
            }
        } catch (IOException e) {
            log.debug("console client went away: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
        }
    }
}

package plugins.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.admin.Console;
import mta.plugins.api.admin.Operator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A console session over the control socket: the client's terminal is in raw mode and sends what is typed
 * ({@code i...}) and its size ({@code w<columns> <lines>}). The connection's thread runs the shell, a second virtual
 * thread reads the client.
 */
final class Keys {

    private static final Logger log = LoggerFactory.getLogger(Keys.class);

    private final InputStream client;

    Keys(InputStream client) {
        this.client = client;
    }

    void serve(Request request, GogoShell shell, OutputStream screen) throws IOException {
        PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream typed = new PipedInputStream(keys, 1 << 16);
        Console.Screen size = new Console.Screen(
                request.options().getOrDefault("term", "dumb"), request.number("width"), request.number("height"));
        try (Console.Session session = new RemoteSession(shell, Operator.LOCAL, size, typed, screen)) {
            Thread.ofVirtual().name("console keys").start(() -> forward(session, keys));
            session.serve();
        }
    }

    private void forward(Console.Session session, OutputStream keys) {
        try (keys) {
            for (Optional<byte[]> frame = Netstrings.read(client); frame.isPresent(); frame = Netstrings.read(client)) {
                byte[] bytes = frame.get();
                if (bytes.length > 0 && bytes[0] == 'i') {
                    keys.write(bytes, 1, bytes.length - 1);
                    keys.flush();
                } else if (bytes.length > 0 && bytes[0] == 'w') {
                    resize(session, new String(bytes, 1, bytes.length - 1, StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            log.debug("console client went away: {}", e.toString());
        }
    }

    private static void resize(Console.Session session, String size) {
        String[] numbers = size.split(" ");
        if (numbers.length == 2 && size.matches("[0-9]{1,4} [0-9]{1,4}")) {
            session.resize(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        }
    }
}

package plugins.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A console session over the control socket: the client's terminal is in raw mode and sends what is typed
 * ({@code i...}) and its size ({@code w<columns> <lines>}). The connection's thread reads the client, a second virtual
 * thread runs the shell.
 */
final class RemoteTerminal {

    private static final Logger log = LoggerFactory.getLogger(RemoteTerminal.class);

    private final GogoShell shell;
    private final InputStream in;
    private final OutputStream out;

    RemoteTerminal(GogoShell shell, InputStream in, OutputStream out) {
        this.shell = shell;
        this.in = in;
        this.out = out;
    }

    void serve(Request request) throws IOException, InterruptedException {
        PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream typed = new PipedInputStream(keys, 1 << 16);
        String type = request.options().getOrDefault("term", "dumb");
        try (ExternalTerminal terminal =
                new ExternalTerminal("mta", type, typed, new Screen(), StandardCharsets.UTF_8)) {
            terminal.setSize(size(request.number("width"), request.number("height")));
            Thread session = Thread.ofVirtual().name("console session").start(() -> run(terminal));
            forward(terminal, keys);
            keys.close();
            session.join();
        }
    }

    private void run(Terminal terminal) {
        try {
            shell.run(terminal, false);
        } catch (Exception e) {
            log.debug("a console session ended: {}", e.toString());
        }
        try {
            byte[] status = {'0'};
            write('s', status, 0, 1);
        } catch (IOException e) {
            log.debug("console client went away: {}", e.toString());
        }
    }

    private void forward(Terminal terminal, OutputStream keys) throws IOException {
        for (Optional<byte[]> frame = Netstrings.read(in); frame.isPresent(); frame = Netstrings.read(in)) {
            byte[] bytes = frame.get();
            if (bytes.length > 0 && bytes[0] == 'i') {
                keys.write(bytes, 1, bytes.length - 1);
                keys.flush();
            } else if (bytes.length > 0 && bytes[0] == 'w') {
                resize(terminal, new String(bytes, 1, bytes.length - 1, StandardCharsets.US_ASCII));
            }
        }
    }

    private static void resize(Terminal terminal, String size) {
        String[] numbers = size.split(" ");
        if (numbers.length == 2 && size.matches("[0-9]{1,4} [0-9]{1,4}")) {
            terminal.setSize(size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
            terminal.raise(Terminal.Signal.WINCH);
        }
    }

    private static Size size(int columns, int lines) {
        return new Size(columns > 0 ? columns : 80, lines > 0 ? lines : 24);
    }

    /** The shell and the terminal's echo both write; a frame must not be torn. */
    private synchronized void write(char kind, byte[] bytes, int offset, int length) throws IOException {
        Netstrings.write(out, kind, bytes, offset, length);
    }

    private final class Screen extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                RemoteTerminal.this.write('o', bytes, offset, length);
            }
        }
    }
}

package plugins.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a client of the control socket gets: each write is a frame, so lines arrive while a verb still runs. Thread-safe. */
final class SocketClient implements OneShot.Client {

    private final OutputStream client;

    SocketClient(OutputStream client) {
        this.client = client;
    }

    @Override
    public OutputStream out() {
        return new Frames('o');
    }

    @Override
    public OutputStream err() {
        return new Frames('e');
    }

    @Override
    public void show(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        write('p', bytes, 0, bytes.length);
    }

    /** The last frame. */
    void status(int status) throws IOException {
        byte[] digits = Integer.toString(status).getBytes(StandardCharsets.US_ASCII);
        write('s', digits, 0, digits.length);
    }

    /** A session's shell and its terminal's echo both write; a frame must not be torn. */
    private synchronized void write(char kind, byte[] bytes, int offset, int length) throws IOException {
        Netstrings.write(client, kind, bytes, offset, length);
    }

    private final class Frames extends OutputStream {
        private final char kind;

        private Frames(char kind) {
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                SocketClient.this.write(kind, bytes, offset, length);
            }
        }
    }
}

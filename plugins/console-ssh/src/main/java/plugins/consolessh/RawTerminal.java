package plugins.consolessh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Output for a client whose terminal is in raw mode: a line feed needs its carriage return. For one thread. */
final class RawTerminal extends OutputStream {

    private final OutputStream out;

    RawTerminal(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        var raw = new ByteArrayOutputStream(length + length / 16);
        for (int i = offset; i < offset + length; i++) {
            if (octets[i] == '\n') {
                raw.write('\r');
            }
            raw.write(octets[i]);
        }
        raw.writeTo(out);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}

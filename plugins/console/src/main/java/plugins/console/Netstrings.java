package plugins.console;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The framing of the control socket: {@code 5:hello,}. Not thread-safe. */
final class Netstrings {

    /** More than any argument list needs; a longer one is a broken client. */
    private static final int LONGEST = 1 << 20;

    private Netstrings() {}

    /** The next one; empty at the end of the stream. */
    static Optional<byte[]> read(InputStream in) throws IOException {
        int length = 0;
        for (int digits = 0; ; digits++) {
            int next = in.read();
            if (next < 0 && digits == 0) {
                return Optional.empty();
            }
            if (next == ':' && digits > 0) {
                break;
            }
            if (next < '0' || next > '9' || digits > 7) {
                throw new IOException("not a netstring");
            }
            length = length * 10 + next - '0';
        }
        if (length > LONGEST) {
            throw new IOException("a netstring of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.read() != ',') {
            throw new EOFException("a netstring broke off");
        }
        return Optional.of(bytes);
    }

    static void write(OutputStream out, char kind, byte[] bytes, int offset, int length) throws IOException {
        out.write(((length + 1) + ":" + kind).getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, offset, length);
        out.write(',');
        out.flush();
    }
}

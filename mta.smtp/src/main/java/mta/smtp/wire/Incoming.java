package mta.smtp.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What has come in and was not yet consumed. Small while a connection speaks or idles, so that a thousand idle ones
 * cost little; exchanged for a large buffer while content comes in ({@link #enlarge}, {@link #reduce}). Used by the
 * thread of the connection.
 */
public final class Incoming {

    private static final int SMALL = 1024;

    private final InputStream in;
    private byte[] small = new byte[SMALL];
    private byte[] buffer = small;
    private int from;
    private int to;

    public Incoming(InputStream in) {
        this.in = in;
    }

    public byte[] array() {
        return buffer;
    }

    /** Index of the first octet that was not consumed. */
    public int from() {
        return from;
    }

    /** Index behind the last octet that has come in. */
    public int to() {
        return to;
    }

    public int available() {
        return to - from;
    }

    public boolean isEmpty() {
        return from == to;
    }

    public void consume(int octets) {
        from += octets;
    }

    /** Forgets what has come in. */
    public void discard() {
        from = to;
    }

    /**
     * Waits for more. Moves and may replace the array.
     *
     * @return whether there was more; false at the end of the stream
     */
    public boolean fill() throws IOException {
        makeRoom();
        int count = in.read(buffer, to, buffer.length - to);
        if (count > 0) {
            to += count;
        }
        return count > 0;
    }

    private void makeRoom() {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                to -= from;
                from = 0;
            } else {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
        }
    }

    /** Reads into a large buffer from the pool from now on. */
    public void enlarge() {
        if (buffer.length >= Slabs.BYTES) {
            return;
        }
        byte[] large = Slabs.take();
        System.arraycopy(buffer, from, large, 0, to - from);
        to -= from;
        from = 0;
        buffer = large;
    }

    /** Gives the large buffer back once what is left in it fits into a small one. */
    public void reduce() {
        if (buffer == small || to - from > SMALL) {
            return;
        }
        System.arraycopy(buffer, from, small, 0, to - from);
        to -= from;
        from = 0;
        Slabs.give(buffer);
        buffer = small;
    }

    /** Gives the buffer back for good; nothing may be read afterwards. */
    public void release() {
        if (buffer != small) {
            Slabs.give(buffer);
        }
        small = new byte[0];
        buffer = small;
        from = 0;
        to = 0;
    }
}

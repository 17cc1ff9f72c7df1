package mta.smtp.client;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import mta.smtp.wire.Slabs;

/**
 * Collects commands and content and sends them in as few writes as possible: nothing goes out before {@link #flush} or
 * a full buffer. Between {@link #beginContent} and {@link #endContent} it is the stream that a message is written to,
 * and puts a dot before each dot that begins a line (RFC 5321 section 4.5.2).
 *
 * <p>A dot behind a bare LF is doubled too: to a server that takes a bare LF for the end of a line, the dot could be the
 * end of the message (SMTP smuggling). Used by the thread of the connection.
 */
final class Output extends OutputStream {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NONE = {};
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';

    private final OutputStream out;

    /** A usual message fits in. Taken when it is needed, so that an idle connection holds none. */
    private byte[] buffer = NONE;

    private int length;
    private boolean failed;

    private boolean dotted;
    private long taken;
    private byte last;
    private byte lastButOne;

    Output(OutputStream out) {
        this.out = out;
    }

    /** A command line. Octets outside ASCII go as UTF-8 (RFC 6531). */
    void line(String command) throws IOException {
        put(command.getBytes(StandardCharsets.UTF_8));
        put(CRLF);
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private void put(byte[] octets) throws IOException {
        put(octets, 0, octets.length);
    }

    private void put(byte[] octets, int from, int count) throws IOException {
        if (buffer == NONE) {
            buffer = Slabs.take();
        }
        int at = from;
        int left = count;
        while (left > buffer.length - length) {
            int fits = buffer.length - length;
            System.arraycopy(octets, at, buffer, length, fits);
            length += fits;
            at += fits;
            left -= fits;
            flush();
        }
        System.arraycopy(octets, at, buffer, length, left);
        length += left;
    }

    /** @param dots whether dots at the beginnings of lines are doubled: for DATA, not for BDAT */
    void beginContent(boolean dots) {
        dotted = dots;
        taken = 0;
        last = '\n';
        lastButOne = '\r';
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int count) throws IOException {
        if (count == 0) {
            return;
        }
        taken += count;
        if (dotted) {
            stuff(octets, from, from + count);
        } else {
            put(octets, from, count);
        }
        lastButOne = count > 1 ? octets[from + count - 2] : last;
        last = octets[from + count - 1];
    }

    private void stuff(byte[] b, int from, int to) throws IOException {
        int span = from;
        if (last == '\n' && b[from] == '.') {
            put(DOT, 0, 1);
        }
        int at = lineFeed(b, from, to);
        while (at + 1 < to) {
            if (b[at + 1] == '.') {
                put(b, span, at + 1 - span);
                put(DOT, 0, 1);
                span = at + 1;
            }
            at = lineFeed(b, at + 1, to);
        }
        put(b, span, to - span);
    }

    private static final byte[] DOT = {'.'};

    /** Index of the next LF, or {@code to}; looks at eight octets at a time. */
    static int lineFeed(byte[] b, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = (long) LONGS.get(b, at) ^ LINE_FEEDS;
            long found = (word - ONES) & ~word & HIGH_BITS;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && b[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Octets of the content so far, as it came. */
    long taken() {
        return taken;
    }

    /** Ends the content: after DATA with the dot alone on its line. */
    void endContent() throws IOException {
        if (dotted) {
            if (last != '\n' || lastButOne != '\r') {
                put(CRLF);
            }
            put(DOT);
            put(CRLF);
        }
    }

    @Override
    public void flush() throws IOException {
        int count = length;
        length = 0;
        if (count == 0) {
            return;
        }
        try {
            out.write(buffer, 0, count);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    /** Gives the buffer back; what was not flushed is lost. For when nothing will be said for a while, or ever. */
    void rest() {
        byte[] slab = buffer;
        buffer = NONE;
        length = 0;
        if (slab != NONE) {
            Slabs.give(slab);
        }
    }

    /** Whether the connection failed, rather than whatever the content came from. */
    boolean failed() {
        return failed;
    }
}

package mta.bench.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of a message's content and the number in its X-Bench-Id, however the bytes are cut into reads. Only
 * CRLF.CRLF ends content: a bare CR or LF never does (RFC 5321 section 4.1.1.4). Used by one thread.
 */
final class ContentScanner {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long DOTS = '.' * ONES;

    private static final byte[] NAME = "x-bench-id: ".getBytes(StandardCharsets.US_ASCII);
    private static final int RUN_DIGITS = 8;

    /** How much of CRLF.CRLF has been seen: 0 nothing, 1 CR, 2 CRLF, 3 CRLF., 4 CRLF.CR */
    private int ending;

    private boolean header;
    private boolean lineEmpty;
    private int match;
    private int run;
    private long number;
    private long bytes;

    void start() {
        ending = 2; // a dot on the very first line counts as well
        header = true;
        lineEmpty = true;
        match = 0;
        run = 0;
        number = -1;
        bytes = 0;
    }

    /** The run id of the message; meaningless while {@link #number} is negative. */
    int run() {
        return run;
    }

    /** The message number, or negative when there was no X-Bench-Id. */
    long number() {
        return number;
    }

    /** Bytes of content so far, as they came over the wire. */
    long bytes() {
        return bytes;
    }

    /** Reads content up to its final dot. Returns where the next command starts, or -1 when the content goes on. */
    int scan(byte[] in, int from, int to) {
        int i = from;
        while (i < to) {
            if (!header && ending == 0) {
                int dot = dot(in, i, to);
                if (dot < 0) {
                    ending = tail(in, i, to);
                    break;
                }
                ending = dot - i >= 2 && in[dot - 1] == '\n' && in[dot - 2] == '\r' ? 3 : 0;
                i = dot + 1;
                continue;
            }
            byte c = in[i++];
            if (ending == 4 && c == '\n') {
                bytes += i - from;
                return i;
            }
            ending = step(ending, c);
            if (header) {
                header(c);
            }
        }
        bytes += to - from;
        return -1;
    }

    /** Reads a piece of a BDAT chunk (RFC 3030), in which no dot ends anything. */
    void chunk(byte[] in, int from, int to) {
        for (int i = from; i < to && header; i++) {
            header(in[i]);
        }
        bytes += to - from;
    }

    private static int step(int ending, byte c) {
        return switch (c) {
            case '\r' -> ending == 3 ? 4 : 1;
            case '\n' -> ending == 1 ? 2 : 0;
            case '.' -> ending == 2 ? 3 : 0;
            default -> 0;
        };
    }

    private static int tail(byte[] in, int from, int to) {
        if (in[to - 1] == '\r') {
            return 1;
        }
        return in[to - 1] == '\n' && to - from >= 2 && in[to - 2] == '\r' ? 2 : 0;
    }

    /** The first dot, eight bytes at a time (H. Warren, Hacker's Delight, section 6-1). */
    private static int dot(byte[] in, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long word = (long) LONGS.get(in, i) ^ DOTS;
            long zero = word - ONES & ~word & HIGHS;
            if (zero != 0) {
                return i + (Long.numberOfTrailingZeros(zero) >> 3);
            }
        }
        for (; i < to; i++) {
            if (in[i] == '.') {
                return i;
            }
        }
        return -1;
    }

    private void header(byte c) {
        if (c == '\n') {
            header = !lineEmpty;
            lineEmpty = true;
            match = 0;
            return;
        }
        if (c == '\r') {
            return;
        }
        lineEmpty = false;
        if (match < 0) {
            return;
        }
        if (match < NAME.length) {
            int lower = c >= 'A' && c <= 'Z' ? c + 32 : c;
            match = lower == NAME[match] ? match + 1 : -1;
        } else if (match < NAME.length + RUN_DIGITS) {
            int digit = Character.digit(c, 16);
            run = run << 4 | digit & 15;
            match = digit < 0 ? -1 : match + 1;
        } else if (match == NAME.length + RUN_DIGITS) {
            number = c == '-' ? 0 : -1;
            match = c == '-' ? match + 1 : -1;
        } else if (c >= '0' && c <= '9') {
            number = number * 10 + c - '0';
        } else {
            match = -1;
        }
    }
}

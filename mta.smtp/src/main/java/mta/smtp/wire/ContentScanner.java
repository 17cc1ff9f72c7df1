package mta.smtp.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Passes the content of a message from a buffer to a sink, as DATA (dot-stuffed, ended by a line with a single dot,
 * RFC 5321 section 4.5.2) or as the octets of BDAT (RFC 3030), and notes what is wrong with it.
 *
 * <p>Only CRLF ends a line and only CRLF.CRLF ends the data. {@code <LF>.<CR><LF>}, {@code <CR>.<CR><LF>} and their
 * kin are content: a server that takes one of them for the end reads what follows as commands of an attacker's choice
 * (SMTP smuggling). A bare CR or LF is noted; the message is then to be refused as a whole, never split and never
 * repaired, since the next hop might read it differently.
 *
 * <p>The octets between line ends are skipped eight at a time. Used by one thread, for one message.
 */
public final class ContentScanner {

    /** Takes the content; called with large pieces. */
    @FunctionalInterface
    public interface Sink {
        void take(byte[] octets, int from, int length);
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ABOVE_CR = 0x0E0E0E0E0E0E0E0EL;
    private static final byte[] CR_ALONE = {'\r'};
    private static final byte[] CRLF = {'\r', '\n'};

    private enum At {
        LINE_START,
        TEXT,
        /** Behind a CR inside a line. */
        CR,
        /** Behind a CR that began a line. */
        CR_FIRST,
        /** Behind a dot that began a line; not passed on yet. */
        DOT,
        /** Behind such a dot and a CR; neither passed on yet. */
        DOT_CR
    }

    private final boolean dotted;
    private final boolean binary;
    private final Sink sink;

    private At state = At.LINE_START;
    private boolean ended;
    private boolean inHeader = true;
    private boolean bareEnd;
    private boolean nul;
    private boolean eightBitHeader;
    private boolean eightBitBody;
    private long passed;
    private long lineStart;
    private long longestLine;
    private long headerSize;

    private ContentScanner(boolean dotted, boolean binary, Sink sink) {
        this.dotted = dotted;
        this.binary = binary;
        this.sink = sink;
    }

    /** For DATA. */
    public static ContentScanner data(Sink sink) {
        return new ContentScanner(true, false, sink);
    }

    /** For BDAT; {@code binary} with BODY=BINARYMIME, whose body may hold anything. */
    public static ContentScanner chunks(boolean binary, Sink sink) {
        return new ContentScanner(false, binary, sink);
    }

    /**
     * Reads on; stops at the end of the data, and once behind the header section.
     *
     * @return index behind the last octet that was used
     */
    public int feed(byte[] b, int from, int to) {
        int at = from;
        int span = from;
        while (at < to) {
            if (binary && !inHeader) {
                at = to;
                break;
            }
            if (state == At.TEXT) {
                at = skipText(b, at, to);
                if (at == to) {
                    break;
                }
            }
            byte c = b[at];
            switch (state) {
                case LINE_START -> {
                    if (dotted && c == '.') {
                        pass(b, span, at);
                        span = ++at;
                        state = At.DOT;
                    } else if (c == '\r') {
                        at++;
                        state = At.CR_FIRST;
                    } else {
                        state = At.TEXT;
                    }
                }
                case TEXT -> {
                    at++;
                    text(c);
                }
                case CR, CR_FIRST -> {
                    if (c == '\n') {
                        at++;
                        boolean emptyLine = state == At.CR_FIRST;
                        endLine(passed + at - span);
                        if (emptyLine && inHeader) {
                            pass(b, span, at);
                            inHeader = false;
                            headerSize = passed;
                            return at;
                        }
                    } else {
                        bareEnd = true;
                        state = At.TEXT;
                    }
                }
                case DOT -> {
                    if (c == '\r') {
                        span = ++at;
                        state = At.DOT_CR;
                    } else {
                        state = At.TEXT;
                    }
                }
                case DOT_CR -> {
                    if (c == '\n') {
                        ended = true;
                        return at + 1;
                    }
                    // The dot was stuffing after all, and the CR is content.
                    pass(CR_ALONE, 0, 1);
                    bareEnd = true;
                    state = At.TEXT;
                }
            }
        }
        pass(b, span, at);
        longestLine = Math.max(longestLine, passed - lineStart);
        return at;
    }

    private void text(byte c) {
        switch (c) {
            case '\r' -> state = At.CR;
            case '\n' -> bareEnd = true;
            case 0 -> nul = true;
            default -> {
                if (c < 0) {
                    if (inHeader) {
                        eightBitHeader = true;
                    } else {
                        eightBitBody = true;
                    }
                }
            }
        }
    }

    private void endLine(long end) {
        longestLine = Math.max(longestLine, end - lineStart);
        lineStart = end;
        state = At.LINE_START;
    }

    /** Index of the next octet that may matter: below 14, or with the high bit while that has still to be noted. */
    private int skipText(byte[] b, int from, int to) {
        long highs = (inHeader ? eightBitHeader : eightBitBody) ? 0 : HIGH_BITS;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = (long) LONGS.get(b, at);
            long found = (word - ABOVE_CR) & ~word & HIGH_BITS | word & highs;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && (b[at] >= 14 || b[at] < 0 && highs == 0)) {
            at++;
        }
        return at;
    }

    private void pass(byte[] b, int from, int to) {
        if (to > from) {
            sink.take(b, from, to - from);
            passed += to - from;
        }
    }

    /** At the end of BDAT LAST: content that is not binary gets the CRLF that its last line lacks. */
    public void finish() {
        if (state == At.CR || state == At.CR_FIRST) {
            bareEnd = true;
        }
        if (!binary && state != At.LINE_START) {
            pass(CRLF, 0, 2);
        }
        ended = true;
    }

    /** Whether the line with the single dot has come. */
    public boolean ended() {
        return ended;
    }

    /** Whether the empty line behind the header section is still to come. */
    public boolean inHeader() {
        return inHeader;
    }

    /** Octets of the header section with its empty line; so far, while in it. */
    public long headerSize() {
        return inHeader ? passed : headerSize;
    }

    /** Octets passed on. */
    public long size() {
        return passed;
    }

    /** Octets of the longest line, CRLF included. */
    public long longestLine() {
        return longestLine;
    }

    /** Whether there was a CR or an LF of its own. */
    public boolean bareEnd() {
        return bareEnd;
    }

    public boolean nul() {
        return nul;
    }

    public boolean eightBitHeader() {
        return eightBitHeader;
    }

    public boolean eightBitBody() {
        return eightBitBody;
    }
}

package mta.smtp.wire;

import java.util.Arrays;

/**
 * Finds command lines. A line ends with CRLF and with nothing else: where one side takes a bare LF or CR for a line
 * end and the other does not, commands can be hidden in content (SMTP smuggling).
 *
 * <p>A bad line is told at once, so that a client that never sends CRLF hears of it, and the rest of it up to its CRLF
 * is passed over afterwards: one line, one answer, however it is cut into segments. Used by the thread of the
 * connection.
 */
public final class LineScanner {

    /** What {@link #next} has found. */
    public enum Found {
        /** A line: {@link #line}. */
        LINE,
        /** No line yet: fill and ask again. */
        MORE,
        TOO_LONG,
        /** A CR or LF of its own. */
        BARE
    }

    private final Incoming in;
    private boolean passing;
    private long passedOver;
    private int begin;
    private int end;

    public LineScanner(Incoming in) {
        this.in = in;
    }

    /** Whether the octets of the next line that are there begin with this word, in upper or lower case. */
    public boolean begins(String word) {
        byte[] b = in.array();
        int from = in.from();
        if (passing || in.available() < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Character.toUpperCase((char) b[from + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** @param max octets of a line, CRLF included */
    public Found next(int max) {
        if (passing && !passOver()) {
            return Found.MORE;
        }
        byte[] b = in.array();
        int from = in.from();
        int to = Math.min(in.to(), from + max);
        for (int i = from; i < to; i++) {
            if (b[i] == '\n') {
                return bad(Found.BARE, i + 1 - from);
            }
            if (b[i] == '\r') {
                if (i + 1 == to) {
                    break;
                }
                if (b[i + 1] != '\n') {
                    return bad(Found.BARE, i + 1 - from);
                }
                begin = from;
                end = i;
                in.consume(i + 2 - from);
                return Found.LINE;
            }
        }
        // A CR at the limit stays, so that the LF behind it still ends the line.
        return in.available() >= max ? bad(Found.TOO_LONG, b[from + max - 1] == '\r' ? max - 1 : max) : Found.MORE;
    }

    private Found bad(Found what, int consumed) {
        in.consume(consumed);
        passing = true;
        return what;
    }

    private boolean passOver() {
        byte[] b = in.array();
        int to = in.to();
        int at = in.from();
        while (at < to) {
            if (b[at] == '\r') {
                if (at + 1 == to) {
                    break;
                }
                if (b[at + 1] == '\n') {
                    passedOver = 0;
                    in.consume(at + 2 - in.from());
                    passing = false;
                    return true;
                }
            }
            at++;
        }
        passedOver += at - in.from();
        in.consume(at - in.from());
        return false;
    }

    /** Octets of the bad line that is being passed over, so far. */
    public long passedOver() {
        return passedOver;
    }

    /** The line without its CRLF; its octets stay until the next fill. */
    public Cursor line() {
        return new Cursor(in.array(), begin, end);
    }

    /** Its octets, copied. */
    public byte[] octets() {
        return Arrays.copyOfRange(in.array(), begin, end);
    }
}

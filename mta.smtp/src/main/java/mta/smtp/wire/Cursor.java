package mta.smtp.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A place in a run of octets, with the primitives that parsers are written with: {@code take} says whether it found
 * something and steps over it, {@code expect} fails when it is not there. Does not copy: the octets must stay as they
 * are while it is used. Not thread-safe.
 */
public final class Cursor {

    private final byte[] octets;
    private final int begin;
    private final int end;
    private int at;

    public Cursor(byte[] octets, int begin, int end) {
        this.octets = octets;
        this.begin = begin;
        this.end = end;
        this.at = begin;
    }

    public static Cursor of(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new Cursor(octets, 0, octets.length);
    }

    public boolean atEnd() {
        return at == end;
    }

    /** The next octet, 0..255, or -1 at the end. */
    public int peek() {
        return at < end ? octets[at] & 0xff : -1;
    }

    public void skip() {
        at++;
    }

    public int position() {
        return at - begin;
    }

    public int remaining() {
        return end - at;
    }

    public boolean take(char c) {
        if (at < end && octets[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    /** Takes the word whatever its case. */
    public boolean takeWord(String upperCase) {
        int length = upperCase.length();
        if (end - at < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (upper(octets[at + i]) != upperCase.charAt(i)) {
                return false;
            }
        }
        at += length;
        return true;
    }

    /** Takes spaces and tabs. */
    public boolean takeSpace() {
        int before = at;
        while (at < end && (octets[at] == ' ' || octets[at] == '\t')) {
            at++;
        }
        return at > before;
    }

    public void expect(char c, String what) throws SyntaxException {
        if (!take(c)) {
            throw error(what);
        }
    }

    /** Takes everything up to the next space or the end, in upper case, ASCII only in the result. */
    public String takeUpperWord() {
        int from = at;
        while (at < end && octets[at] != ' ' && octets[at] != '\t') {
            at++;
        }
        var word = new byte[at - from];
        for (int i = 0; i < word.length; i++) {
            word[i] = upper(octets[from + i]);
        }
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    /** What was passed since this {@link #position}, read as UTF-8; what is not UTF-8 becomes U+FFFD. */
    public String since(int position) {
        return new String(octets, begin + position, at - begin - position, StandardCharsets.UTF_8);
    }

    /** The rest without white space at its end, read as UTF-8; moves to the end. */
    public String rest() {
        int from = at;
        at = end;
        int to = end;
        while (to > from && (octets[to - 1] == ' ' || octets[to - 1] == '\t')) {
            to--;
        }
        return new String(octets, from, to - from, StandardCharsets.UTF_8);
    }

    /** Takes digits. Empty if there are none, or more than 18 of them. */
    public Optional<Long> takeNumber() {
        int from = at;
        long number = 0;
        while (at < end && octets[at] >= '0' && octets[at] <= '9' && at - from < 18) {
            number = number * 10 + octets[at] - '0';
            at++;
        }
        boolean more = at < end && octets[at] >= '0' && octets[at] <= '9';
        return at == from || more ? Optional.empty() : Optional.of(number);
    }

    /** All of it, read as UTF-8, whatever was taken already; control characters as question marks. For records. */
    public String whole() {
        return new String(octets, begin, end - begin, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }

    /** Whether there is a control character in it, other than tab. */
    public boolean hasControl() {
        for (int i = begin; i < end; i++) {
            byte c = octets[i];
            if (c >= 0 && c < ' ' && c != '\t' || c == 127) {
                return true;
            }
        }
        return false;
    }

    public SyntaxException error(String message) {
        return new SyntaxException(message, position());
    }

    private static byte upper(byte c) {
        return c >= 'a' && c <= 'z' ? (byte) (c - 32) : c;
    }
}

package mta.smtp.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;

/**
 * Makes replies (RFC 5321 section 4.2) of the octets that servers send, odd ones too: a bare LF ends a line; text is cut
 * to {@value #MAX_TEXT} octets a line and {@value #MAX_LINES} lines; where the code changes between lines the last one
 * holds; a line without code between others is text; control characters become question marks. What does not begin with
 * a code from 200 to 599, or goes on for more than {@value #MAX_OCTETS} octets, is no reply.
 *
 * <p>Pure: octets in, values out. Used by one thread.
 */
public final class ReplyParser {

    static final int MAX_TEXT = 1_000;
    static final int MAX_LINES = 100;
    static final int MAX_OCTETS = 64 * 1024;

    private final byte[] line = new byte[MAX_TEXT + 4];
    private int length;
    private int octets;
    private int code;
    private boolean begun;
    private boolean complete;
    private final List<String> texts = new ArrayList<>(1);

    /**
     * Reads on, up to the end of a reply.
     *
     * @return index behind the last octet that was used
     */
    public int feed(byte[] b, int from, int to) throws BadReplyException {
        int at = from;
        while (at < to && !complete) {
            byte c = b[at++];
            if (++octets > MAX_OCTETS) {
                throw new BadReplyException("a reply of more than " + MAX_OCTETS + " octets");
            }
            if (c == '\n') {
                endLine();
            } else if (length < line.length) {
                line[length++] = c;
            }
        }
        return at;
    }

    /** The stream has ended: a last line that only lacks its end is taken. Afterwards see {@link #isComplete}. */
    public void end() throws BadReplyException {
        if (!complete && length > 0) {
            endLine();
        }
    }

    public boolean isComplete() {
        return complete;
    }

    /** Whether a part of a reply was read. */
    public boolean isUnderWay() {
        return begun || length > 0;
    }

    private void endLine() throws BadReplyException {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        length = 0;
        int found = codeAt(end);
        if (found == 0 && !begun) {
            if (end == 0) {
                return;
            }
            throw new BadReplyException("no reply code: " + text(0, Math.min(end, 80)));
        }
        begun = true;
        if (found != 0) {
            code = found;
            complete = end == 3 || line[3] != '-';
        }
        if (texts.size() < MAX_LINES) {
            int from = found == 0 ? 0 : end > 3 && (line[3] == ' ' || line[3] == '-') ? 4 : 3;
            texts.add(text(from, end));
        }
    }

    /** The code that the line begins with, or 0. */
    private int codeAt(int end) {
        if (end < 3 || !digit(line[0]) || !digit(line[1]) || !digit(line[2]) || end > 3 && digit(line[3])) {
            return 0;
        }
        int number = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
        return number >= 200 && number <= 599 ? number : 0;
    }

    private static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }

    private String text(int from, int end) {
        boolean ascii = true;
        for (int i = from; i < end; i++) {
            if (line[i] >= 0 && line[i] < ' ' || line[i] == 127) {
                line[i] = (byte) (line[i] == '\t' ? ' ' : '?');
            }
            ascii &= line[i] >= 0;
        }
        return new String(line, from, end - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** Gives the reply and starts afresh. */
    public Reply take() {
        if (!complete) {
            throw new IllegalStateException("no reply yet");
        }
        EnhancedCode enhanced = EnhancedCode.NONE;
        String[] lines = new String[texts.size()];
        for (int i = 0; i < lines.length; i++) {
            String text = texts.get(i);
            int space = text.indexOf(' ');
            String word = space < 0 ? text : text.substring(0, space);
            boolean coded = EnhancedCode.looksLike(word) && word.charAt(0) - '0' == code / 100;
            if (coded && enhanced.isNone()) {
                enhanced = EnhancedCode.parse(word);
            }
            lines[i] = !coded ? text : space < 0 ? "" : text.substring(space + 1);
        }
        var reply = new Reply(code, enhanced, Arrays.asList(lines));
        texts.clear();
        octets = 0;
        begun = false;
        complete = false;
        return reply;
    }
}

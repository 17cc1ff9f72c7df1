package mta.smtp.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import mta.plugins.api.Reply;

/**
 * Writes replies (RFC 5321 section 4.2.1), several at once where several are ready: nothing goes out before
 * {@link #flush}. Used by the thread of the connection.
 */
public final class ReplyWriter {

    /** RFC 5321 section 4.5.3.1.5, with CRLF. */
    private static final int MAX_LINE = 512;

    private static final int FLUSH_AT = 8 * 1024;

    private OutputStream out;
    private byte[] buffer = new byte[256];
    private int length;

    public ReplyWriter(OutputStream out) {
        this.out = out;
    }

    /** Goes on over another stream (TLS). */
    public void to(OutputStream other) {
        out = other;
    }

    /** Octets outside ASCII are for clients that know of SMTPUTF8 only (RFC 6531 section 3.7.4.2); else {@code ?}. */
    public void write(Reply reply, boolean utf8) throws IOException {
        String enhanced = reply.enhanced().toString();
        int room = MAX_LINE - 6 - (enhanced.isEmpty() ? 0 : enhanced.length() + 1);
        var lines = reply.lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean last = i == lines.size() - 1;
            // At most three octets of UTF-8 for a char.
            int chars = utf8 ? room / 3 : room;
            int from = 0;
            while (line.length() - from > chars) {
                int to = Character.isHighSurrogate(line.charAt(from + chars - 1)) ? from + chars - 1 : from + chars;
                line(reply.code(), '-', enhanced, line, from, to, utf8);
                from = to;
            }
            line(reply.code(), last ? ' ' : '-', enhanced, line, from, line.length(), utf8);
        }
        if (length > FLUSH_AT) {
            flush();
        }
    }

    private void line(int code, char separator, String enhanced, String text, int from, int to, boolean utf8) {
        if (buffer.length - length < MAX_LINE) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + MAX_LINE));
        }
        put((char) ('0' + code / 100));
        put((char) ('0' + code / 10 % 10));
        put((char) ('0' + code % 10));
        put(separator);
        if (!enhanced.isEmpty()) {
            for (int i = 0; i < enhanced.length(); i++) {
                put(enhanced.charAt(i));
            }
            put(' ');
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 127) {
                put(c);
            } else if (c < 128 || !utf8) {
                put(c == '\t' ? ' ' : '?');
            } else {
                int point = text.codePointAt(i);
                utf8(point);
                i += Character.charCount(point) - 1;
            }
        }
        put('\r');
        put('\n');
    }

    private void utf8(int point) {
        if (point < 0x800) {
            put((char) (0xC0 | point >> 6));
        } else if (point >= 0xD800 && point < 0xE000) {
            put('?');
            return;
        } else {
            if (point < 0x10000) {
                put((char) (0xE0 | point >> 12));
            } else {
                put((char) (0xF0 | point >> 18));
                put((char) (0x80 | point >> 12 & 63));
            }
            put((char) (0x80 | point >> 6 & 63));
        }
        put((char) (0x80 | point & 63));
    }

    private void put(char octet) {
        buffer[length++] = (byte) octet;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public void flush() throws IOException {
        if (length > 0) {
            int count = length;
            length = 0;
            out.write(buffer, 0, count);
            if (buffer.length > FLUSH_AT) {
                buffer = new byte[MAX_LINE];
            }
        }
    }
}

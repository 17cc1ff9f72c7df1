package mta.smtp.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encoding of values that may not stand in a command as they are, RFC 3461 section 4: {@code +} and two hex digits. */
public final class Xtext {

    private Xtext() {}

    /** What it stands for, read as UTF-8. Control characters are refused: they would reach log lines and headers. */
    public static String decode(String xtext) throws SyntaxException {
        if (xtext.indexOf('+') < 0) {
            return xtext;
        }
        byte[] in = xtext.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '+') {
                out.write(in[i]);
                continue;
            }
            int octet = i + 2 < in.length ? hex(in[i + 1]) << 4 | hex(in[i + 2]) : -1;
            if (octet < ' ' || octet == 127) {
                throw new SyntaxException("not xtext", i);
            }
            out.write(octet);
            i += 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Encodes {@code +}, {@code =}, spaces and all outside printable ASCII. */
    public static String encode(String text) {
        var out = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && b != '+' && b != '=') {
                out.append((char) b);
            } else {
                out.append('+').append(digit(b >> 4 & 15)).append(digit(b & 15));
            }
        }
        return out.toString();
    }

    private static char digit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    /** Upper case only by the RFC, lower case taken; far below zero if it is no digit, so that the sum stays below. */
    private static int hex(byte c) {
        int digit = Character.digit(c, 16);
        return digit < 0 ? Integer.MIN_VALUE : digit;
    }
}

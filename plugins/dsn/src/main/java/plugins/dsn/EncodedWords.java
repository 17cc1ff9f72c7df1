package plugins.dsn;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** RFC 2047: the subject of a message as its author wrote it. */
final class EncodedWords {

    private static final Pattern WORD = Pattern.compile("=\\?([^?*\\s]+)(?:\\*[^?\\s]*)?\\?([bBqQ])\\?([^?\\s]*)\\?=");
    private static final Pattern GAP = Pattern.compile("(\\?=)\\s+(?==\\?)");

    private EncodedWords() {}

    /** What cannot be decoded stays as it is. */
    static String decode(String value) {
        return WORD.matcher(GAP.matcher(value).replaceAll("$1"))
                .replaceAll(word ->
                        Matcher.quoteReplacement(decode(word.group(1), word.group(2), word.group(3), word.group())));
    }

    private static String decode(String charset, String encoding, String text, String asItIs) {
        try {
            byte[] octets = encoding.equalsIgnoreCase("b") ? Base64.getDecoder().decode(text) : decodeQ(text);
            return new String(octets, Charset.forName(charset));
        } catch (IllegalArgumentException e) { // an unknown charset, or no base64
            return asItIs;
        }
    }

    private static byte[] decodeQ(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < text.length()) {
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(c == '_' ? ' ' : c);
            }
        }
        return out.toByteArray();
    }

    /** As base64 words of UTF-8, each short enough and none ending within a character (RFC 2047 section 5). */
    static String encode(String text) {
        var out = new StringBuilder();
        var word = new StringBuilder();
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            word.appendCodePoint(text.codePointAt(i));
            boolean last = text.offsetByCodePoints(i, 1) == text.length();
            byte[] octets = word.toString().getBytes(StandardCharsets.UTF_8);
            if (octets.length > 38 || last) {
                out.append(out.isEmpty() ? "" : "\r\n ");
                out.append("=?utf-8?B?")
                        .append(Base64.getEncoder().encodeToString(octets))
                        .append("?=");
                word.setLength(0);
            }
        }
        return out.toString();
    }
}

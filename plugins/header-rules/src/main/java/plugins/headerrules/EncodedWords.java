package plugins.headerrules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Encoded words in header fields (RFC 2047), as people see them. */
final class EncodedWords {

    /** {@code =?charset*language?encoding?text?=}; the language is RFC 2231's. */
    private static final Pattern WORD = Pattern.compile("=\\?([^?*\\s]+)(?:\\*[^?\\s]*)?\\?([BbQq])\\?([^?\\s]*)\\?=");

    private EncodedWords() {}

    /** What is no encoded word stays as it is. */
    static String decode(String text) {
        var out = new StringBuilder();
        // A character of several octets may be cut in two by a word's end, though section 5 forbids it.
        var octets = new ByteArrayOutputStream();
        String charset = "";
        int done = 0;
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            String between = text.substring(done, word.start());
            // Section 6.2: white space between encoded words is not shown.
            boolean next = octets.size() > 0 && between.isBlank();
            if (!next || !charset.equalsIgnoreCase(word.group(1))) {
                flush(octets, charset, out);
                charset = word.group(1);
            }
            if (!next) {
                out.append(between);
            }
            try {
                octets.writeBytes(octets(word.group(2), word.group(3)));
            } catch (IllegalArgumentException e) {
                flush(octets, charset, out);
                out.append(word.group());
            }
            done = word.end();
        }
        flush(octets, charset, out);
        return out.append(text, done, text.length()).toString();
    }

    private static void flush(ByteArrayOutputStream octets, String charset, StringBuilder out) {
        if (octets.size() > 0) {
            out.append(octets.toString(charset(charset)));
            octets.reset();
        }
    }

    /** A name that nobody knows must not hide what is behind it: most of it is ASCII. */
    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static byte[] octets(String encoding, String text) {
        return encoding.equalsIgnoreCase("B") ? Base64.getMimeDecoder().decode(text) : quoted(text);
    }

    /** Section 4.2. */
    private static byte[] quoted(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_') {
                out.write(' ');
            } else if (c == '=') {
                if (i + 2 >= text.length()) {
                    throw new IllegalArgumentException("half an octet");
                }
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }
}

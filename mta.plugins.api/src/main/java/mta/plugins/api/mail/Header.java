package mta.plugins.api.mail;

import java.nio.charset.StandardCharsets;

/**
 * One header field.
 *
 * @param name as written
 * @param raw everything after the colon up to the final CRLF, folds and leading space included, one char per octet
 *     (ISO 8859-1), so that nothing is lost: signatures cover these octets
 */
public record Header(String name, String raw) {

    public Header {
        checkName(name);
        checkFolds(raw);
    }

    /** A field from plain text, encoded as UTF-8; line feeds in it become folds. */
    public static Header of(String name, String value) {
        String octets = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String folded = octets.replace("\r\n", "\n").replaceAll("\n[ \t]*", "\r\n\t");
        return new Header(name, " " + folded);
    }

    private static void checkName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= 32 || c >= 127 || c == ':') {
                throw new IllegalArgumentException("not a header field name: " + name);
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header field needs a name");
        }
    }

    /** A line break that is not a fold would start a field of the attacker's choice, or end the header section. */
    private static void checkFolds(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            boolean fold = c == '\r'
                    && i + 2 < raw.length()
                    && raw.charAt(i + 1) == '\n'
                    && (raw.charAt(i + 2) == ' ' || raw.charAt(i + 2) == '\t');
            if (fold) {
                i++;
            } else if (c == '\r' || c == '\n' || c == 0 || c > 255) {
                throw new IllegalArgumentException("line break or control character in a header field");
            }
        }
    }

    /** Unfolded, without surrounding white space, read as UTF-8. */
    public String value() {
        String unfolded = raw.indexOf('\r') < 0 ? raw : raw.replace("\r\n", "");
        for (int i = 0; i < unfolded.length(); i++) {
            if (unfolded.charAt(i) > 127) {
                return new String(unfolded.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
            }
        }
        return unfolded.strip();
    }

    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}

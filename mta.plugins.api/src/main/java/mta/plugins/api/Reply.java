package mta.plugins.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An SMTP reply (RFC 5321 section 4.2): code, enhanced status code (RFC 3463) or {@link EnhancedCode#NONE}, and one or
 * more lines of text without code. Text never holds a CR, LF or NUL: a plugin or a peer that puts one there must not
 * be able to write a reply of its own into the stream.
 */
public record Reply(int code, EnhancedCode enhanced, List<String> lines) {

    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code " + code + " is not in 200..599");
        }
        Objects.requireNonNull(enhanced);
        if (!enhanced.isNone() && enhanced.status() != code / 100) {
            throw new IllegalArgumentException("enhanced code " + enhanced + " does not fit reply code " + code);
        }
        lines = lines.isEmpty() ? List.of("") : List.copyOf(lines);
        for (String line : lines) {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '\r' || c == '\n' || c == 0) {
                    throw new IllegalArgumentException("control character in the text of a reply");
                }
            }
        }
    }

    public static Reply of(int code, EnhancedCode enhanced, String text) {
        return new Reply(code, enhanced, List.of(text));
    }

    /** @param enhanced such as {@code 5.7.1} */
    public static Reply of(int code, String enhanced, String text) {
        return new Reply(code, EnhancedCode.parse(enhanced), List.of(text));
    }

    public static Reply of(int code, String text) {
        return new Reply(code, EnhancedCode.NONE, List.of(text));
    }

    /**
     * Reads {@code 550 5.7.1 text}; the enhanced code may be missing. Several lines are separated by line feeds, each
     * with or without the code in front of it.
     *
     * @throws IllegalArgumentException if it does not begin with a code from 200 to 599
     */
    public static Reply parse(String text) {
        String[] raw = text.strip().split("\r?\n");
        int code = codeOf(raw[0]);
        var lines = new ArrayList<String>(raw.length);
        var enhanced = EnhancedCode.NONE;
        for (String line : raw) {
            String rest = startsWithCode(line, code) ? line.substring(Math.min(4, line.length())) : line;
            int space = rest.indexOf(' ');
            String word = space < 0 ? rest : rest.substring(0, space);
            if (EnhancedCode.looksLike(word) && word.charAt(0) - '0' == code / 100) {
                enhanced = EnhancedCode.parse(word);
                rest = space < 0 ? "" : rest.substring(space + 1);
            }
            lines.add(rest);
        }
        return new Reply(code, enhanced, lines);
    }

    private static int codeOf(String line) {
        if (line.length() < 3 || !line.chars().limit(3).allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("a reply begins with three digits: " + line);
        }
        return Integer.parseInt(line, 0, 3, 10);
    }

    private static boolean startsWithCode(String line, int code) {
        return line.length() >= 3
                && line.startsWith(Integer.toString(code))
                && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
    }

    /** 2xx or 3xx. */
    public boolean isPositive() {
        return code < 400;
    }

    /** 4xx: the same command may succeed later. */
    public boolean isTransient() {
        return code >= 400 && code < 500;
    }

    /** 5xx. */
    public boolean isPermanent() {
        return code >= 500;
    }

    /** All lines as one, for records and tables. */
    public String text() {
        return lines.size() == 1 ? lines.getFirst() : String.join(" ", lines);
    }

    /** One line: code, enhanced code, text. */
    @Override
    public String toString() {
        var out = new StringBuilder().append(code);
        if (!enhanced.isNone()) {
            out.append(' ').append(enhanced);
        }
        String text = text();
        return text.isEmpty() ? out.toString() : out.append(' ').append(text).toString();
    }
}

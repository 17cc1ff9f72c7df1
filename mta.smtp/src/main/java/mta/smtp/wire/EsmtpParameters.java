package mta.smtp.wire;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code Mail-parameters} and {@code Rcpt-parameters}, RFC 5321 section 4.1.2: keywords in upper case and their
 * values; the empty string where there is no {@code =}.
 */
public final class EsmtpParameters {

    private EsmtpParameters() {}

    /** Reads to the end, from behind a path. A keyword that comes twice is an error: which one would count? */
    public static Map<String, String> parse(Cursor in) throws SyntaxException {
        if (in.atEnd()) {
            return Map.of();
        }
        var parameters = new LinkedHashMap<String, String>();
        while (!in.atEnd()) {
            if (!in.takeSpace()) {
                throw in.error("a space expected before a parameter");
            }
            if (in.atEnd()) {
                break;
            }
            int from = in.position();
            String keyword = keyword(in);
            if (parameters.putIfAbsent(keyword, value(in)) != null) {
                throw new SyntaxException(keyword + " given twice", from);
            }
        }
        return parameters;
    }

    private static String keyword(Cursor in) throws SyntaxException {
        int from = in.position();
        while (isKeyword(in.peek(), in.position() > from)) {
            in.skip();
        }
        if (in.position() == from) {
            throw in.error("a keyword expected");
        }
        return in.since(from).toUpperCase(Locale.ROOT);
    }

    private static String value(Cursor in) throws SyntaxException {
        if (!in.take('=')) {
            return "";
        }
        int from = in.position();
        // '=' inside a value is outside the grammar, but XCLIENT-like plugins and base64 values need it.
        while (in.peek() > ' ' && in.peek() != 127) {
            in.skip();
        }
        if (in.position() == from) {
            throw in.error("a value expected after '='");
        }
        String value = in.since(from);
        if (value.indexOf('\uFFFD') >= 0) {
            throw new SyntaxException("value is not UTF-8", from);
        }
        return value;
    }

    private static boolean isKeyword(int c, boolean inside) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || inside && c == '-';
    }
}

package mta.bench.text;

import java.util.Collection;
import java.util.Map;

/** Writes maps, collections, text, numbers and booleans as JSON (RFC 8259), and reads a flat object back. */
public final class Json {
    private Json() {}

    /** One value on one line. Numbers without a finite value become null, as RFC 8259 section 6 has no word for them. */
    public static String of(Object value) {
        var text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    private static void write(StringBuilder text, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                String comma = "{";
                for (var entry : map.entrySet()) {
                    text.append(comma);
                    quote(text, entry.getKey().toString());
                    text.append(':');
                    write(text, entry.getValue());
                    comma = ",";
                }
                text.append(map.isEmpty() ? "{}" : "}");
            }
            case Collection<?> list -> {
                text.append('[');
                String comma = "";
                for (Object element : list) {
                    text.append(comma);
                    write(text, element);
                    comma = ",";
                }
                text.append(']');
            }
            case Double number -> text.append(Double.isFinite(number) ? rounded(number) : "null");
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> quote(text, value.toString());
        }
    }

    private static String rounded(double number) {
        String text = new java.math.BigDecimal(number)
                .setScale(3, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        return text.equals("-0") ? "0" : text;
    }

    private static void quote(StringBuilder text, String word) {
        text.append('"');
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** The whole number under a key of an object that {@link #of} wrote; 0 when there is none. */
    public static long number(String object, String key) {
        var matcher = java.util.regex.Pattern.compile("\"" + java.util.regex.Pattern.quote(key) + "\":(-?[0-9]+)")
                .matcher(object);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}

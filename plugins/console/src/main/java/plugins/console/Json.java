package plugins.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;

/** Writes an answer as JSON (RFC 8259): a table as an array of objects, a refusal as an object, the rest as a string. */
final class Json {

    private Json() {}

    static String of(Object answer) {
        return switch (answer) {
            case Table table -> table(table);
            case Manual manual -> table(manual.table());
            case Refusal(String reason, int status) ->
                "{\"error\": " + string(reason) + ", \"status\": " + status + "}\n";
            case Iterable<?> values -> array(values) + "\n";
            default -> value(answer) + "\n";
        };
    }

    private static String array(Iterable<?> values) {
        StringBuilder out = new StringBuilder("[");
        for (Object value : values) {
            out.append(out.length() > 1 ? ", " : "").append(value(value));
        }
        return out.append(']').toString();
    }

    private static String table(Table table) {
        StringBuilder out = new StringBuilder("[");
        for (List<Object> row : table.rows()) {
            out.append(out.length() > 1 ? ",\n " : "").append(object(table.columns(), row));
        }
        return out.append("]\n").toString();
    }

    private static String object(List<Column> columns, List<Object> row) {
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < row.size(); i++) {
            out.append(i > 0 ? ", " : "")
                    .append(string(columns.get(i).name()))
                    .append(": ")
                    .append(value(row.get(i)));
        }
        return out.append('}').toString();
    }

    private static String value(Object value) {
        if (Table.NONE.equals(value)) {
            return "null";
        }
        return switch (value) {
            case Double number when !Double.isFinite(number) -> "null"; // JSON has no NaN
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case Duration duration -> Double.toString(duration.toNanos() / 1e9).replaceAll("\\.0$", "");
            case Instant instant -> string(instant.toString());
            default -> string(value.toString());
        };
    }

    static String string(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || Character.isSurrogate(c) && !paired(text, i)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}

package plugins.logjson;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import org.osgi.service.component.annotations.Component;

/**
 * One record as one JSON object (RFC 8259) on one line, in UTF-8: {@code time}, {@code kind}, then the record's fields
 * in its order. Thread-safe.
 */
@Component
@Plugin("log-json")
@Named("json")
public final class JsonFormat implements RecordFormat {

    @Override
    public byte[] format(LogRecord record) {
        var out = new StringBuilder(256);
        var line = new Line(out);
        line.text("time", record.time().toString());
        line.text("kind", record.kind());
        line.head = false;
        record.describe(line);
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static final class Line implements LogRecord.Fields {

        private final StringBuilder out;
        private boolean head = true;

        Line(StringBuilder out) {
            this.out = out;
        }

        @Override
        public void text(String name, String value) {
            name(name);
            string(out, value);
        }

        @Override
        public void number(String name, long value) {
            name(name);
            out.append(value);
        }

        @Override
        public void flag(String name, boolean value) {
            name(name);
            out.append(value);
        }

        @Override
        public void texts(String name, List<String> values) {
            name(name);
            out.append('[');
            for (int i = 0; i < values.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                string(out, values.get(i));
            }
            out.append(']');
        }

        private void name(String name) {
            out.append(out.isEmpty() ? '{' : ',');
            // An event names its own fields: it must not seem to be of another time or kind
            boolean taken = !head && (name.equals("time") || name.equals("kind"));
            string(out, taken ? "event" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) : name);
            out.append(':');
        }
    }

    /**
     * Escapes what RFC 8259 section 7 demands, and U+2028, U+2029, DEL and C1 controls, at which some readers break
     * lines. A surrogate without its other half is no character: it becomes U+FFFD.
     */
    static void string(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c >= ' ' && c < 127 || c > 0x9f && !Character.isSurrogate(c) && c != 0x2028 && c != 0x2029) {
                        out.append(c);
                    } else if (!Character.isSurrogate(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < value.length()
                            && Character.isLowSurrogate(value.charAt(i + 1))) {
                        out.append(c).append(value.charAt(++i));
                    } else {
                        out.append('\ufffd');
                    }
                }
            }
        }
        out.append('"');
    }
}

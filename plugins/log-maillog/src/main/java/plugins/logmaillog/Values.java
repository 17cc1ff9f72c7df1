package plugins.logmaillog;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.log.LogRecord;

/**
 * The fields of a record by name: a record that has waited on disk is an event, not what it was, but has the same names.
 * What is missing is empty or zero. Text is safe within a line: strangers wrote some of it.
 */
final class Values implements LogRecord.Fields {

    private final Map<String, Object> values = new HashMap<>();

    private Values() {}

    static Values of(LogRecord record) {
        var values = new Values();
        record.describe(values);
        return values;
    }

    @Override
    public void text(String name, String value) {
        values.put(name, value);
    }

    @Override
    public void number(String name, long value) {
        values.put(name, value);
    }

    @Override
    public void flag(String name, boolean value) {
        values.put(name, value);
    }

    @Override
    public void texts(String name, List<String> many) {
        values.put(name, many);
    }

    String text(String name) {
        return clean(values.getOrDefault(name, "").toString());
    }

    /** An address between angle brackets: one that held a bracket could end them. */
    String address(String name) {
        return text(name).replace('<', '?').replace('>', '?');
    }

    long number(String name) {
        return values.get(name) instanceof Long number ? number : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    int count(String name) {
        return values.get(name) instanceof List<?> many
                ? many.size()
                : text(name).isEmpty() ? 0 : 1;
    }

    Duration duration(String name) {
        return Duration.ofMillis(number(name + "Millis"));
    }

    Reply reply() {
        try {
            return Reply.parse(text("reply"));
        } catch (IllegalArgumentException e) {
            return Reply.of(451, EnhancedCode.NONE, text("reply"));
        }
    }

    static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (control(text.charAt(i))) {
                return text.codePoints()
                        .map(c -> control(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static boolean control(int c) {
        return c < ' ' || c >= 127 && c < 160 || c == 0x2028 || c == 0x2029;
    }
}

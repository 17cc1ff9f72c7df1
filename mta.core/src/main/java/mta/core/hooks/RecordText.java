package mta.core.hooks;

import java.util.List;
import mta.plugins.api.log.LogRecord;

/** A record on one line, for tables: {@code name=value} with empty ones left out. */
final class RecordText implements LogRecord.Fields {

    private final StringBuilder out = new StringBuilder();

    private RecordText() {}

    static String of(LogRecord record) {
        var text = new RecordText();
        record.describe(text);
        return text.out.toString();
    }

    @Override
    public void text(String name, String value) {
        if (!value.isEmpty() && !name.equals("id")) {
            add(name, value.indexOf(' ') < 0 ? value : '"' + value + '"');
        }
    }

    @Override
    public void texts(String name, List<String> values) {
        text(name, String.join(",", values));
    }

    @Override
    public void number(String name, long value) {
        add(name, Long.toString(value));
    }

    @Override
    public void flag(String name, boolean value) {
        add(name, Boolean.toString(value));
    }

    private void add(String name, String value) {
        if (!out.isEmpty()) {
            out.append(' ');
        }
        out.append(name).append('=').append(value);
    }
}

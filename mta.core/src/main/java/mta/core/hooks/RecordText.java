package mta.core.hooks;

import java.util.List;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Rejection;

/** A record on one line, for tables: {@code name=value} with empty ones left out. */
final class RecordText implements LogRecord.Fields {

    private final StringBuilder out = new StringBuilder();

    private RecordText() {}

    /** The heart of it first: a terminal cuts the end of a long line. */
    static String brief(LogRecord record) {
        return switch (record) {
            case Reception r ->
                "from <" + r.sender() + "> to " + r.recipients().size() + ", " + r.bytes() + " bytes, " + r.listener()
                        + " " + r.client()
                        + r.held().map(reason -> ", held: " + reason).orElse("");
            case Delivered r ->
                "<" + r.recipient() + "> " + r.reply() + ", " + r.leg().peer();
            case Deferred r ->
                "<" + r.recipient() + "> " + r.reply() + ", again at " + r.next() + ", "
                        + r.leg().peer();
            case Bounced r ->
                "<" + r.recipient() + "> " + r.reply() + ", " + r.cause() + ", "
                        + r.leg().peer();
            case Rejection r -> r.stage() + " " + r.reply() + ", <" + r.recipient() + "> " + r.detail();
            default -> of(record);
        };
    }

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

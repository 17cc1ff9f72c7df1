package mta.core.records;

import java.time.Instant;
import java.util.List;
import mta.plugins.api.log.LogRecord;

/** Whether a record is about a message or a session. */
final class Mentions implements LogRecord.Fields {

    private final String id;
    private boolean found;

    private Mentions(String id) {
        this.id = id;
    }

    static boolean mentions(LogRecord record, String id) {
        var look = new Mentions(id);
        record.describe(look);
        return look.found;
    }

    @Override
    public void text(String name, String value) {
        found |= (name.equals("id") || name.equals("session")) && value.equals(id);
    }

    @Override
    public void texts(String name, List<String> values) {}

    @Override
    public void number(String name, long value) {}

    @Override
    public void flag(String name, boolean value) {}

    @Override
    public void time(String name, Instant value) {}
}

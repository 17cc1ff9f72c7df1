package mta.plugins.api.log;

import java.time.Duration;
import java.time.Instant;

/**
 * A connection has ended, or could not be made.
 *
 * @param direction {@code in} or {@code out}
 * @param end why: {@code quit}, {@code lost}, {@code timeout}, {@code refused}, {@code failed} ...
 * @param messages how many it carried
 */
public record Connection(
        Instant time,
        String direction,
        String name,
        String peer,
        String tls,
        int messages,
        Duration lasted,
        String end,
        String detail)
        implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("direction", direction);
        out.text("name", name);
        out.text("peer", peer);
        out.text("tls", tls);
        out.number("messages", messages);
        out.duration("lasted", lasted);
        out.text("end", end);
        out.text("detail", detail);
    }
}

package mta.plugins.api.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A connection has ended, or could not be made.
 *
 * @param direction {@code in} or {@code out}
 * @param clientName of one that came in: its name by reverse DNS, confirmed
 * @param end why: {@code quit}, {@code lost}, {@code timeout}, {@code refused}, {@code failed} ...
 * @param messages how many it carried
 */
public record Connection(
        Instant time,
        String direction,
        String name,
        String peer,
        Optional<String> clientName,
        String tls,
        int messages,
        Duration lasted,
        String end,
        String detail)
        implements LogRecord {

    /** Without the client's name. */
    public Connection(
            Instant time,
            String direction,
            String name,
            String peer,
            String tls,
            int messages,
            Duration lasted,
            String end,
            String detail) {
        this(time, direction, name, peer, Optional.empty(), tls, messages, lasted, end, detail);
    }

    @Override
    public void describe(Fields out) {
        out.text("direction", direction);
        out.text("name", name);
        out.text("peer", peer);
        clientName.ifPresent(value -> out.text("clientName", value));
        out.text("tls", tls);
        out.number("messages", messages);
        out.duration("lasted", lasted);
        out.text("end", end);
        out.text("detail", detail);
    }
}

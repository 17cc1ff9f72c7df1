package mta.plugins.api.log;

import java.time.Instant;
import java.util.Optional;

/**
 * Somebody tried to authenticate.
 *
 * @param clientName the client's name by reverse DNS, confirmed; empty if it has none or nobody asked
 */
public record Authentication(
        Instant time,
        String session,
        String listener,
        String client,
        Optional<String> clientName,
        String mechanism,
        String user,
        boolean success)
        implements LogRecord {

    /** Without the client's name. */
    public Authentication(
            Instant time,
            String session,
            String listener,
            String client,
            String mechanism,
            String user,
            boolean success) {
        this(time, session, listener, client, Optional.empty(), mechanism, user, success);
    }

    @Override
    public void describe(Fields out) {
        out.text("session", session);
        out.text("listener", listener);
        out.text("client", client);
        clientName.ifPresent(value -> out.text("clientName", value));
        out.text("mechanism", mechanism);
        out.text("user", user);
        out.flag("success", success);
    }
}

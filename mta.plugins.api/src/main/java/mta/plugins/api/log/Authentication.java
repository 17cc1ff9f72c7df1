package mta.plugins.api.log;

import java.time.Instant;

/** Somebody tried to authenticate. */
public record Authentication(
        Instant time, String session, String listener, String client, String mechanism, String user, boolean success)
        implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("session", session);
        out.text("listener", listener);
        out.text("client", client);
        out.text("mechanism", mechanism);
        out.text("user", user);
        out.flag("success", success);
    }
}

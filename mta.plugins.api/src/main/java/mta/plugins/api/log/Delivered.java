package mta.plugins.api.log;

import java.time.Duration;
import java.time.Instant;
import mta.plugins.api.Reply;

/** A recipient's mail was handed over. */
public record Delivered(
        Instant time, String id, String sender, String recipient, Leg leg, int attempt, Reply reply, Duration age)
        implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("id", id);
        out.text("sender", sender);
        out.text("recipient", recipient);
        leg.describe(out);
        out.number("attempt", attempt);
        out.text("reply", reply.toString());
        out.duration("age", age);
    }
}

package mta.plugins.api.log;

import java.time.Instant;

/** A new plan is in force, or was refused and the old one stays. */
public record PlanChange(Instant time, long plan, boolean accepted, String reason) implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.number("plan", plan);
        out.flag("accepted", accepted);
        out.text("reason", reason);
    }
}

package mta.plugins.api.log;

import java.time.Duration;
import java.time.Instant;

/**
 * A call of a plugin failed and its binding's failure action was taken.
 *
 * @param failure {@code threw}, {@code late}, {@code null}, {@code inadmissible}, {@code missing}, {@code busy},
 *     {@code open} (breaker), {@code hung}
 * @param action what was done instead
 */
public record PluginFailure(
        Instant time,
        String binding,
        String plugin,
        String point,
        String stage,
        String failure,
        String action,
        Duration lasted,
        String detail)
        implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("binding", binding);
        out.text("plugin", plugin);
        out.text("point", point);
        out.text("stage", stage);
        out.text("failure", failure);
        out.text("action", action);
        out.duration("lasted", lasted);
        out.text("detail", detail);
    }
}

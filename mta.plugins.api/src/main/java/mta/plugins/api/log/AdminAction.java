package mta.plugins.api.log;

import java.time.Instant;

/**
 * Somebody steered the queue or the node.
 *
 * @param who user of the console
 * @param action such as {@code suspend}
 * @param target what it was for, as given
 * @param messages how many it touched
 */
public record AdminAction(Instant time, String who, String action, String target, long messages) implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("who", who);
        out.text("action", action);
        out.text("target", target);
        out.number("messages", messages);
    }
}

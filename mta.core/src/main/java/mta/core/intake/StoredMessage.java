package mta.core.intake;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.routing.Intake;

/**
 * What the queue keeps of a message besides its content; never changes once stored.
 *
 * @param id unique; its text form is {@link MessageId#text}
 * @param bytes size of the whole content
 * @param hold why it waits for its release, if it does
 * @param notes plugin name to key to JSON value
 */
public record StoredMessage(
        long id,
        Instant arrival,
        Intake.Origin origin,
        Envelope envelope,
        Placed placed,
        long bytes,
        Optional<String> hold,
        Map<String, Map<String, Object>> notes) {

    /** The outcome of {@link mta.plugins.api.routing.Routing#place}. */
    public record Placed(
            String tenant,
            String campaign,
            int priority,
            Optional<Instant> notBefore,
            Optional<Instant> expires,
            Optional<String> transport,
            Optional<String> pool,
            Optional<String> route) {

        public static final Placed DEFAULT = new Placed(
                "default",
                "",
                5,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        public Placed withNotBefore(Instant when) {
            return new Placed(tenant, campaign, priority, Optional.of(when), expires, transport, pool, route);
        }
    }
}

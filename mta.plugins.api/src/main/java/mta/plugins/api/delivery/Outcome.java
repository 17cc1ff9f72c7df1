package mta.plugins.api.delivery;

import mta.plugins.api.Reply;
import mta.plugins.api.mail.Recipient;

/** What became of one recipient in one attempt. */
public sealed interface Outcome {

    Recipient recipient();

    /** The far side's last word, or one made here. */
    Reply reply();

    /** The far side has taken responsibility. */
    record Delivered(Recipient recipient, Reply reply, boolean relayedWithDsn) implements Outcome {}

    /** To be tried again. */
    record Transient(Recipient recipient, Reply reply) implements Outcome {}

    /** Never. */
    record Permanent(Recipient recipient, Reply reply) implements Outcome {}

    /** By the class of the reply. */
    static Outcome of(Recipient recipient, Reply reply) {
        return reply.isPositive()
                ? new Delivered(recipient, reply, false)
                : reply.isPermanent() ? new Permanent(recipient, reply) : new Transient(recipient, reply);
    }
}

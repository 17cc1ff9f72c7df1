package mta.plugins.api.delivery;

import mta.plugins.api.Reply;

/** The end of one recipient's story. */
public sealed interface Fate {

    Reply reply();

    record Delivered(Reply reply, boolean relayedWithDsn) implements Fate {}

    /** Refused for good by the far side or by a plugin. */
    record Bounced(Reply reply) implements Fate {}

    /** Its time ran out; the reply is the last one that was seen. */
    record Expired(Reply reply) implements Fate {}

    /** An operator said so. */
    record Removed(Reply reply, boolean tellSender) implements Fate {}
}

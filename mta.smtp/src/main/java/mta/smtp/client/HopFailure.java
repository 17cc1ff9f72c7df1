package mta.smtp.client;

import mta.plugins.api.Reply;

/** One address did not lead to a channel; the next one is tried. Carries no stack: it is no fault of ours. */
final class HopFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Reply reply;
    private final String end;

    /** @param end as in {@link mta.plugins.api.log.Connection#end} */
    HopFailure(Reply reply, String end) {
        super(reply.toString(), null, false, false);
        this.reply = reply;
        this.end = end;
    }

    Reply reply() {
        return reply;
    }

    String end() {
        return end;
    }
}

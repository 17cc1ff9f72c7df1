package mta.core.intake;

import mta.plugins.api.Reply;

/** A message could not be stored. Never turned into a 250: the client is told {@link #reply}, which is always 4xx. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    public StoreException(Reply reply, Throwable cause) {
        super(reply.toString(), cause);
        if (!reply.isTransient()) {
            throw new IllegalArgumentException("storage trouble is temporary: " + reply);
        }
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}

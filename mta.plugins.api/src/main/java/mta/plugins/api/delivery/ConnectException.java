package mta.plugins.api.delivery;

import java.io.IOException;
import mta.plugins.api.Reply;

/**
 * A site could not be reached, or did not want to talk. The reply is what the records say: the peer's own, or one made
 * here (4xx unless the peer said 5xx to everybody).
 */
public final class ConnectException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    public ConnectException(Reply reply, Throwable cause) {
        super(reply.toString(), cause);
        this.reply = reply;
    }

    public ConnectException(Reply reply) {
        this(reply, null);
    }

    public Reply reply() {
        return reply;
    }
}

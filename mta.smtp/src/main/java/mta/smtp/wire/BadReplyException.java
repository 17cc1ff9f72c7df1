package mta.smtp.wire;

import java.io.IOException;

/** A server answered what is no reply. Nothing that follows it can be understood: the connection is of no more use. */
public final class BadReplyException extends IOException {

    private static final long serialVersionUID = 1L;

    public BadReplyException(String message) {
        super(message);
    }
}

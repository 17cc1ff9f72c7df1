package mta.smtp.client;

import java.io.IOException;

/** TLS was offered and did not come about: an opportunistic path may go on without (RFC 7435). */
final class HandshakeFailure extends IOException {

    private static final long serialVersionUID = 1L;

    HandshakeFailure(IOException cause) {
        super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
    }
}

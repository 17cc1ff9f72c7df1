package plugins.policydelegation;

import java.io.IOException;

/** The server cannot be reached, is late, or gives an answer that cannot be carried out. Its text is for the record. */
final class PolicyException extends IOException {

    private static final long serialVersionUID = 1L;

    PolicyException(String message) {
        super(message);
    }

    PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}

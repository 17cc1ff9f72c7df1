package plugins.milter;

import java.io.IOException;

/** The filter cannot be reached, is late, or says what the protocol does not know. Its text is for the record. */
final class MilterException extends IOException {

    private static final long serialVersionUID = 1L;

    MilterException(String message) {
        super(message);
    }

    MilterException(String message, Throwable cause) {
        super(message, cause);
    }
}

package plugins.authoauth;

import java.io.IOException;
import java.util.Optional;

/** Judges tokens. Thread-safe. */
interface TokenCheck extends AutoCloseable {

    /**
     * @param certificate SHA-256 of the certificate that the client has shown in TLS, lower case hex
     * @throws IOException if it cannot be told
     */
    Finding check(String token, Optional<String> certificate) throws IOException;

    @Override
    default void close() {}
}

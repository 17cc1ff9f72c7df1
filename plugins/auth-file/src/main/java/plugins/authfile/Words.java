package plugins.authfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.smtp.SaslMechanism.Step;

/** What the mechanisms have in common: reading what a client sends, and the outcome. */
final class Words {

    /** Three words of at most 255 octets (RFC 4616 section 2), with room. Hashing longer ones only costs time. */
    private static final int LONGEST = 1024;

    private Words() {}

    /** Empty if it is too long or not UTF-8. */
    static Optional<String> text(byte[] octets) {
        if (octets.length > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    static Step outcome(Logins logins, String name, String password) throws IOException {
        Optional<String> user = logins.check(name, password);
        return user.isPresent()
                ? new Step.Success(user.get())
                : new Step.Failure(Prepared.of(name).orElse("")); // for a record: without control characters
    }
}

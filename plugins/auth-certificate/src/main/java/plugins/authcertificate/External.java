package plugins.authcertificate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** EXTERNAL, RFC 4422 appendix A: who the client is was shown in TLS. Told only to clients whose certificate is a user's. */
@Component
@Plugin("auth-certificate")
@Named("EXTERNAL")
public final class External implements SaslMechanism {

    private final Certificates certificates;

    @Activate
    public External(@Reference Certificates certificates) {
        this.certificates = certificates;
    }

    @Override
    public boolean usable(Session session) {
        return user(session).isPresent();
    }

    private Optional<String> user(Session session) {
        return session.tls().flatMap(certificates::user);
    }

    @Override
    public Exchange begin(Session session) {
        return new Dialogue(session);
    }

    private final class Dialogue implements Exchange {

        private final Session session;

        Dialogue(Session session) {
            this.session = session;
        }

        @Override
        public Step step(byte[] response, boolean initial) {
            return initial && response.length == 0 ? new Step.Challenge(new byte[0]) : as(response);
        }

        @Override
        public Step emptyResponse() {
            return as(new byte[0]);
        }

        /** Who it wants to be: empty, or the user whose certificate it is; nobody here may act for somebody else. */
        private Step as(byte[] response) {
            Optional<String> user = user(session);
            boolean asOneself = user.isPresent()
                    && (response.length == 0
                            || text(response)
                                    .filter(user.get()::equalsIgnoreCase)
                                    .isPresent());
            return asOneself ? new Step.Success(user.get()) : new Step.Failure(user.orElse(""));
        }
    }

    private static Optional<String> text(byte[] octets) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}

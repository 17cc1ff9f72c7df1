package plugins.authfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** LOGIN, draft-murchison-sasl-login: name and password in two responses. Old, and still what some clients know. */
@Component
@Plugin("auth-file")
@Named("LOGIN")
public final class Login implements SaslMechanism {

    // The words that clients look for; the draft's own are others
    private static final byte[] NAME = "Username:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PASSWORD = "Password:".getBytes(StandardCharsets.US_ASCII);

    private final Logins logins;

    @Activate
    public Login(@Reference Logins logins) {
        this.logins = logins;
    }

    @Override
    public Exchange begin(Session session) {
        return new Dialogue();
    }

    private final class Dialogue implements Exchange {

        private Optional<String> name = Optional.empty();

        @Override
        public Step step(byte[] response, boolean initial) throws IOException {
            if (initial && response.length == 0) {
                return new Step.Challenge(NAME);
            }
            if (name.isEmpty()) {
                name = Words.text(response).filter(text -> !text.isEmpty());
                return name.isEmpty() ? new Step.Failure("") : new Step.Challenge(PASSWORD);
            }
            return Words.outcome(logins, name.get(), Words.text(response).orElse(""));
        }
    }
}

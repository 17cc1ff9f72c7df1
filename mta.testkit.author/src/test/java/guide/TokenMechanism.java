package guide;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Table;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

// guide: sasl-mechanism
@Component
@Plugin("x-token")
@Named("X-TOKEN") // AUTH X-TOKEN <base64 of the token>; offered only under TLS, see plaintext()
public final class TokenMechanism implements SaslMechanism {

    private final Lookup lookup;

    @Activate
    public TokenMechanism(@Reference Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public Exchange begin(Session session) {
        return (response, initial) -> {
            if (initial && response.length == 0) {
                return new Step.Challenge("token?".getBytes(StandardCharsets.US_ASCII));
            }
            String token = new String(response, StandardCharsets.UTF_8);
            Optional<String> user = lookup.find(new Table("tokens", token)); // Unresolved: 454, try again
            return user.<Step>map(Step.Success::new).orElse(new Step.Failure(""));
        };
    }
}
// guide: end

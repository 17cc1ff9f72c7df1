package plugins.authfile;

import java.io.IOException;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** PLAIN, RFC 4616: {@code [authzid] NUL authcid NUL passwd} in one response. Thread-safe. */
@Component
@Plugin("auth-file")
@Named("PLAIN")
public final class Plain implements SaslMechanism {

    private final Logins logins;

    @Activate
    public Plain(@Reference Logins logins) {
        this.logins = logins;
    }

    @Override
    public Exchange begin(Session session) {
        return this::step;
    }

    private Step step(byte[] response, boolean initial) throws IOException {
        if (initial && response.length == 0) {
            return new Step.Challenge(new byte[0]);
        }
        String[] words = Words.text(response).map(text -> text.split("\0", -1)).orElse(new String[0]);
        if (words.length != 3 || words[1].isEmpty()) {
            return new Step.Failure("");
        }
        // Nobody here may act for somebody else
        boolean asOneself = words[0].isEmpty() || words[0].equals(words[1]);
        return Words.outcome(logins, words[1], asOneself ? words[2] : "");
    }
}

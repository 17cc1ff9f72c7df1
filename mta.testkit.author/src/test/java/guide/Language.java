package guide;

import java.util.Optional;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.mail.Message;

// guide: point
/** What others implement; in an exported package, with a version. */
public interface Language {

    @Hook(value = Kind.RESOLVE, timeoutMillis = 500)
    default Optional<String> detect(Message message) throws Exception {
        return Optional.empty();
    }
}
// guide: end

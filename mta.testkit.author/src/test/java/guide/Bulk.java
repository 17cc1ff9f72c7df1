package guide;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import org.osgi.service.component.annotations.Component;

// guide: routing
@Component
@Plugin("bulk")
public final class Bulk implements Routing {

    @Override
    public Verdict place(Message message, Placement placement, Cause cause) {
        boolean bulk =
                message.headers().first("Precedence").filter("bulk"::equals).isPresent();
        if (bulk) {
            placement.campaign("bulk").priority(9).expires(message.arrival().plus(Duration.ofDays(1)));
        }
        return Verdict.next();
    }

    @Override
    public Verdict seal(Message message) { // the last change: here signatures are made
        message.headers().prepend(Header.of("X-Sealed", message.id()));
        return Verdict.next();
    }

    @Override
    public Optional<List<List<Recipient>>> split(Message message) {
        List<Recipient> all = message.envelope().recipients();
        return all.size() < 100
                ? Optional.empty()
                : Optional.of(all.stream().map(List::of).toList());
    }
}
// guide: end

package guide;

import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

// guide: runs-point
@Component
@Plugin("languages")
public final class Languages implements Reception {

    private final HookPoints hooks;
    private final Stage<Language> detect;

    @Activate
    public Languages(@Reference HookPoints hooks) {
        this.hooks = hooks;
        this.detect = hooks.point(Language.class).stage("detect");
    }

    @Override
    public Verdict message(Transaction transaction, Message message) throws Unresolved {
        try (Pin pin = hooks.pin()) {
            Optional<String> language = detect.resolve(pin, Selector.NONE, (plugin, call) -> plugin.detect(message));
            language.ifPresent(found -> message.headers().append(Header.of("Content-Language", found)));
        }
        return Verdict.next();
    }
}
// guide: end

package @package@;

import java.util.List;
import java.util.Locale;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.mail.Recipient;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Some hosts refuse for good what they would take an hour later: retries those. Runs on the thread of the attempt;
 * thread-safe.
 */
@Component(configurationPid = "mta.@name@")
@Plugin("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements Delivery {

    @ObjectClassDefinition(name = "@name@", description = "Refusals that are not meant for good.")
    public @interface Config {

        @AttributeDefinition(description = "Words in a 5xx reply that make it a temporary one.")
        String[] words() default {"try again", "rate limit"};
    }

    private volatile List<String> words;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        words = List.of(config.words());
    }

    @Override
    public Verdict response(Attempt attempt, Recipient recipient, Reply reply) {
        String text = reply.text().toLowerCase(Locale.ROOT);
        if (reply.isPermanent() && words.stream().anyMatch(text::contains)) {
            return Verdict.refuse(Reply.of(451, "4.7.0", reply.text()));
        }
        return Verdict.next();
    }
}

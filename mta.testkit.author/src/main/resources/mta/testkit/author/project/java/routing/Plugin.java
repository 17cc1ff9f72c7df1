package @package@;

import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Message;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Placement;
import mta.plugins.api.routing.Routing;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Takes a message's campaign from a header field. Runs on the thread that brings the message; thread-safe. */
@Component(configurationPid = "mta.@name@")
@Plugin("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements Routing {

    @ObjectClassDefinition(name = "@name@", description = "The campaign of a message, from a header field.")
    public @interface Config {

        @AttributeDefinition(description = "Name of the header field.")
        String field() default "X-Campaign";
    }

    private volatile String field;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        field = config.field();
    }

    @Override
    public Verdict place(Message message, Placement placement, Cause cause) {
        Optional<String> campaign = message.headers().first(field);
        campaign.ifPresent(placement::campaign);
        return Verdict.next();
    }
}

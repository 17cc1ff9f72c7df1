package @package@;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Plugin;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Policy;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Knows which domains this node takes mail for. A real one asks a database here: calls block, run on the thread that
 * asks, and their answers are cached by the host for their time to live. Thread-safe.
 */
@Component(configurationPid = "mta.@name@", service = Policy.class)
@Plugin("@name@")
@Designate(ocd = @class@.Config.class)
public final class @class@ implements Policy<DomainFor, DomainFor.Role> {

    @ObjectClassDefinition(name = "@name@", description = "Domains that this node takes mail for.")
    public @interface Config {

        @AttributeDefinition(description = "Domains that anybody may send to.")
        String[] domains() default {};
    }

    private volatile Set<String> domains;

    @Activate
    public @class@(Config config) {
        modified(config);
    }

    /** Settings have changed; the plugin stays. */
    @Modified
    void modified(Config config) {
        domains = Set.of(config.domains());
    }

    @Override
    public Class<DomainFor> query() {
        return DomainFor.class;
    }

    /** Empty: not known here, others are asked. Thrown: cannot tell now, which is not the same. */
    @Override
    public Optional<Answer<DomainFor.Role>> find(DomainFor query) {
        return domains.contains(query.domain())
                ? Optional.of(new Answer<>(DomainFor.Role.RELAY, Duration.ofSeconds(10)))
                : Optional.empty();
    }
}

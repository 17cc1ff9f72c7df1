package mta.queue.policy;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** One section {@code policy}. */
@Component(
        service = PolicySection.class,
        configurationPid = PolicySettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PolicySettings.class, factory = true)
public final class PolicySection {

    private final Scope scope;

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    @Activate
    public PolicySection(Map<String, Object> properties) {
        String name = Sections.name(properties);
        scope = Scope.of(name, "policy." + name, properties);
    }

    Scope scope() {
        return scope;
    }
}

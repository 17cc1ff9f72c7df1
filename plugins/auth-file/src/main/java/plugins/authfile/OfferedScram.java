package plugins.authfile;

import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.smtp.SaslMechanism;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Offers SCRAM-SHA-256 where the settings want it. Not by itself: clients take the strongest mechanism that is offered, and a
 * user whose hash is of another form could then not log in at all.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "mta.auth-file")
public final class OfferedScram {

    private final Optional<ServiceRegistration<SaslMechanism>> registration;

    @Activate
    public OfferedScram(BundleContext context, @Reference Logins logins, Logins.Config config) {
        registration = config.scram()
                ? Optional.of(context.registerService(
                        SaslMechanism.class,
                        new ScramSha256(logins),
                        new Hashtable<>(Map.of(Plugin.PROPERTY, "auth-file", Named.PROPERTY, "SCRAM-SHA-256"))))
                : Optional.empty();
    }

    @Deactivate
    void stop() {
        registration.ifPresent(ServiceRegistration::unregister);
    }
}

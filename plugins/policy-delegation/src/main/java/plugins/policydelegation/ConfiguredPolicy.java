package plugins.policydelegation;

import java.io.IOException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.smtp.Reception;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A server of the configuration: the plugin {@code policy-delegation.NAME}, which bindings then refer to. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "mta.policy-delegation",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredPolicy.Config.class, factory = true)
public final class ConfiguredPolicy {

    @ObjectClassDefinition(
            name = "policy-delegation",
            description = "Servers that speak Postfix's policy delegation protocol. Each is a plugin,"
                    + " policy-delegation.NAME, that a binding names.")
    @interface Config {

        @AttributeDefinition(
                description = "Endpoint. Where the server listens: 127.0.0.1:10023, [::1]:10023,"
                        + " unix:/run/postgrey.sock.")
        String endpoint();

        @AttributeDefinition(description = "The attribute policy_context, by which a server tells its clients apart.")
        String context() default "";

        @AttributeDefinition(description = "Duration. For the connection to the server to stand.")
        String connectTimeout() default "10s";

        @AttributeDefinition(
                description = "Duration. For the answer. The binding's own timeout, which covers a whole stage, holds"
                        + " too.")
        String answerTimeout() default "100s";

        @AttributeDefinition(
                description = "Duration. Before the second and last try, when the server closed the connection"
                        + " without an answer.")
        String retryDelay() default "1s";

        @AttributeDefinition(min = "0", description = "Connections that are kept for later.")
        int maxIdle() default 20;

        @AttributeDefinition(description = "Duration. How long a connection is kept that nobody uses.")
        String idleTimeout() default "5m";
    }

    private final PolicyDelegation policy;
    private final ServiceRegistration<Reception> registration;

    @Activate
    public ConfiguredPolicy(
            BundleContext context, @Reference HookPoints hooks, Config config, Map<String, Object> properties) {
        PolicySettings settings = settings(config, properties);
        policy = new PolicyDelegation(settings, dialler(hooks));
        registration = context.registerService(
                Reception.class, policy, new Hashtable<>(Map.of(Plugin.PROPERTY, settings.name())));
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        policy.settings(settings(config, properties));
    }

    /** The host lets nobody in any more and waits for who is inside, before connections are closed. */
    @Deactivate
    void stop() {
        registration.unregister();
        policy.close();
    }

    static PolicySettings settings(Config config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        return new PolicySettings(
                "policy-delegation." + pid.substring(pid.indexOf('~') + 1),
                Endpoint.parse(config.endpoint()),
                config.context(),
                Amount.duration(config.connectTimeout()),
                Amount.duration(config.answerTimeout()),
                Amount.duration(config.retryDelay()),
                config.maxIdle(),
                Amount.duration(config.idleTimeout()));
    }

    /** Through the hook point Io, so that every kind of stream that the node knows will do. */
    static Dialler dialler(HookPoints hooks) {
        HookPoint<Io> io = hooks.point(Io.class);
        return (Endpoint to, Duration timeout) -> {
            try (Pin pin = hooks.pin()) {
                Io driver = io.driver(pin, to.scheme())
                        .orElseThrow(() -> new IOException("there is no Io for " + to.scheme() + ": " + to));
                return driver.dial(to, Optional.empty(), timeout);
            }
        };
    }
}

package plugins.milter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
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
import mta.plugins.api.routing.Routing;
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

/** A filter of the configuration: the plugin {@code milter.NAME}, which bindings then refer to. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "mta.milter",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredMilter.Config.class, factory = true)
public final class ConfiguredMilter {

    @ObjectClassDefinition(
            name = "milter",
            description =
                    "Filters that speak the milter protocol. Each is a plugin, milter.NAME, that a binding names.")
    @interface Config {

        @AttributeDefinition(
                description = "Endpoint. Where the filter listens: 127.0.0.1:11332, [::1]:8891, unix:/run/filter.sock.")
        String endpoint();

        @AttributeDefinition(
                description = "Name of this node, as filters learn it (macro j). Empty: the full name of the machine.")
        String hostname() default "";

        @AttributeDefinition(description = "Duration. For the connection to the filter to stand.")
        String connectTimeout() default "10s";

        @AttributeDefinition(
                description = "Duration. For the answer to a command. The binding's own timeout, which covers a"
                        + " whole stage, holds too.")
        String commandTimeout() default "30s";

        @AttributeDefinition(
                description = "Duration. For the answer to the end of the message, or for the next sign of progress.")
        String contentTimeout() default "5m";
    }

    private final Milter milter;
    private final ServiceRegistration<?> registration;

    @Activate
    public ConfiguredMilter(
            BundleContext context, @Reference HookPoints hooks, Config config, Map<String, Object> properties) {
        MilterSettings settings = settings(config, properties);
        milter = new Milter(settings, dialler(hooks));
        registration = context.registerService(
                new String[] {Reception.class.getName(), Routing.class.getName()},
                milter,
                new Hashtable<>(Map.of(Plugin.PROPERTY, settings.name())));
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        milter.settings(settings(config, properties));
    }

    /** The host lets nobody in any more and waits for who is inside, before connections are closed. */
    @Deactivate
    void stop() {
        registration.unregister();
        milter.close();
    }

    static MilterSettings settings(Config config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        return new MilterSettings(
                "milter." + pid.substring(pid.indexOf('~') + 1),
                Endpoint.parse(config.endpoint()),
                config.hostname().isBlank() ? machine() : config.hostname().strip(),
                Amount.duration(config.connectTimeout()),
                Amount.duration(config.commandTimeout()),
                Amount.duration(config.contentTimeout()));
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Through the hook point Io, so that every kind of stream that the node knows will do. */
    static Dialler dialler(HookPoints hooks) {
        HookPoint<Io> io = hooks.point(Io.class);
        return (Endpoint to, Duration timeout) -> {
            try (Pin pin = hooks.pin()) {
                Io driver = io.driver(pin, to.scheme())
                        .orElseThrow(() -> new IOException("there is no Io for " + to.scheme()));
                return driver.dial(to, Optional.empty(), timeout);
            }
        };
    }
}

package mta.core.start;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import mta.core.node.Node;
import mta.plugins.api.config.Amount;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The node's facts, fixed for the life of the component. Configuration is required: it is handed over, empty if need be,
 * only once all of it was found right.
 */
@Component(service = Node.class, configurationPid = "mta.node", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LocalNode.Settings.class)
public record LocalNode(
        String hostname, String instance, Path home, Path data, String version, Instant started, Duration stopTimeout)
        implements Node {

    @ObjectClassDefinition(name = "node", description = "The node itself.")
    public @interface Settings {

        @AttributeDefinition(
                description = "The name said in the greeting, EHLO, Received and Message-ID. Empty: the machine's full"
                        + " name, or its address in brackets where it has none.")
        String hostname() default "";

        @AttributeDefinition(description = "Tells nodes of the same hostname apart. Empty: the first label of the hostname.")
        String instance() default "";

        @AttributeDefinition(
                description = "Duration. How long an orderly stop waits for open sessions and deliveries.")
        String stopTimeout() default "30s";
    }

    /** @param context knows the instance folder ({@code mta.data}) and the version of this bundle */
    @Activate
    public LocalNode(BundleContext context, Settings settings) {
        this(
                hostname(settings.hostname()),
                settings.instance(),
                folder(context),
                folder(context).resolve("var"),
                context.getBundle().getVersion().toString(),
                Instant.now(),
                Amount.duration(settings.stopTimeout()));
    }

    public LocalNode {
        instance = instance.isEmpty() ? firstLabel(hostname) : instance;
    }

    private static Path folder(BundleContext context) {
        String folder = context.getProperty("mta.data");
        return Path.of(folder == null ? "." : folder).toAbsolutePath().normalize();
    }

    private static String hostname(String setting) {
        return setting.isEmpty() ? ownName() : setting;
    }

    /** The machine's name if it is a full one, else an address literal (RFC 5321 section 4.1.3): never a bare label. */
    private static String ownName() {
        try {
            InetAddress own = InetAddress.getLocalHost();
            String name = own.getCanonicalHostName();
            if (name.indexOf('.') > 0 && !name.equals(own.getHostAddress())) {
                return name;
            }
            return literal(own);
        } catch (UnknownHostException e) {
            return literal(InetAddress.getLoopbackAddress());
        }
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? "[" + text + "]" : "[IPv6:" + text.replaceFirst("%.*", "") + "]";
    }

    private static String firstLabel(String hostname) {
        String label = hostname.startsWith("[") ? hostname : hostname.split("\\.", 2)[0];
        return label.replaceAll("[^A-Za-z0-9-]", "-").replaceAll("^-+|-+$", "");
    }
}

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
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The node's facts. Configuration is required: it is handed over, empty if need be, only once all of it was found right.
 * Another setting changes the answers and not the service, which half of the node refers to. Thread-safe.
 */
@Component(service = Node.class, configurationPid = "mta.node", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LocalNode.Settings.class)
public final class LocalNode implements Node {

    @ObjectClassDefinition(name = "node", description = "The node itself.")
    public @interface Settings {

        @AttributeDefinition(
                description = "The name said in the greeting, EHLO, Received and Message-ID. Empty: the machine's full"
                        + " name, or its address in brackets where it has none.")
        String hostname() default "";

        @AttributeDefinition(
                description = "Tells nodes of the same hostname apart. Empty: the first label of the hostname.")
        String instance() default "";

        @AttributeDefinition(description = "Duration. How long an orderly stop waits for open sessions and deliveries.")
        String stopTimeout() default "30s";
    }

    private record Names(String hostname, String instance, Duration stopTimeout) {}

    private final Path home;
    private final String version;
    private final Instant started = Instant.now();
    private volatile Names names;

    /** @param context knows the instance folder ({@code mta.data}) and the version of this bundle */
    @Activate
    public LocalNode(BundleContext context, Settings settings) {
        this(folder(context), context.getBundle().getVersion().toString(), read(settings));
    }

    /** @param home the instance folder; {@code var/} below it is the data folder */
    public LocalNode(Path home, String version, String hostname, Duration stopTimeout) {
        this(home, version, names(hostname, "", stopTimeout));
    }

    private LocalNode(Path home, String version, Names names) {
        this.home = home;
        this.version = version;
        this.names = names;
    }

    @Modified
    void change(Settings settings) {
        names = read(settings);
    }

    private static Names read(Settings settings) {
        return names(settings.hostname(), settings.instance(), Amount.duration(settings.stopTimeout()));
    }

    private static Names names(String hostname, String instance, Duration stopTimeout) {
        String name = hostname.isEmpty() ? ownName() : hostname;
        return new Names(name, instance.isEmpty() ? firstLabel(name) : instance, stopTimeout);
    }

    private static Path folder(BundleContext context) {
        String folder = context.getProperty("mta.data");
        return Path.of(folder == null ? "." : folder).toAbsolutePath().normalize();
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

    @Override
    public String hostname() {
        return names.hostname();
    }

    @Override
    public String instance() {
        return names.instance();
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public Path data() {
        return home.resolve("var");
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Instant started() {
        return started;
    }

    @Override
    public Duration stopTimeout() {
        return names.stopTimeout();
    }
}

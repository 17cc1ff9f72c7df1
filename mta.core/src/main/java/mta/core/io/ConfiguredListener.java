package mta.core.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Hands the settings of one {@code listener} of the configuration to the {@link Listeners}. */
@Component(
        service = ConfiguredListener.class,
        immediate = true,
        configurationPid = "mta.listener",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredListener.Settings.class, factory = true)
public final class ConfiguredListener {

    @ObjectClassDefinition(name = "listener", description = "Where connections come in.")
    public @interface Settings {

        @AttributeDefinition(
                description = "Endpoint. Where to listen: 127.0.0.1:2525, [::1]:2525, :25 for all addresses,"
                        + " unix:/run/mta.sock.")
        String endpoint();

        @AttributeDefinition(description = "Who serves the connections: the name of a protocol.")
        String protocol() default "smtp";

        @AttributeDefinition(
                description = "When TLS begins: never, when the client asks for it, or before the first byte.",
                options = {@Option("none"), @Option("starttls"), @Option("implicit")})
        String tls() default "starttls";

        @AttributeDefinition(
                description = "Names of Ios put around each connection before TLS, in order, such as proxy.")
        String[] wrappers() default {};

        @AttributeDefinition(min = "0", description = "Connections at the same time; 0: no limit.")
        int maxConnections() default 10_000;

        @AttributeDefinition(
                min = "0",
                description = "Connections of one client address (IPv6: of one /64) at the same time; 0: no limit.")
        int maxConnectionsPerClient() default 0;

        @AttributeDefinition(
                min = "1",
                description = "Connections that the system keeps ready before they are accepted.")
        int backlog() default 1024;

        @AttributeDefinition(description = "Duration. For wrappers and implicit TLS, before the protocol begins.")
        String handshakeTimeout() default "30s";

        @AttributeDefinition(
                name = "protocolOptions.*",
                description = "What the protocol understands beyond its own section, for this listener only.")
        String[] protocolOptions() default {};
    }

    private final Listeners listeners;
    private final String name;

    @Activate
    public ConfiguredListener(@Reference Listeners listeners, Settings settings, Map<String, Object> entries) {
        this.listeners = listeners;
        String pid = String.valueOf(entries.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        open(settings, entries);
    }

    @Modified
    void open(Settings settings, Map<String, Object> entries) {
        listeners.open(
                name,
                new ListenerSettings(
                        endpoint(settings),
                        settings.protocol(),
                        ListenerSettings.TlsUse.valueOf(settings.tls().toUpperCase(Locale.ROOT)),
                        List.of(settings.wrappers()),
                        settings.maxConnections(),
                        settings.maxConnectionsPerClient(),
                        Amount.duration(settings.handshakeTimeout()),
                        texts(settings, entries)));
    }

    @Deactivate
    void close() {
        listeners.close(name);
    }

    private static Endpoint endpoint(Settings settings) {
        Endpoint endpoint = Endpoint.parse(settings.endpoint());
        var options = new HashMap<>(endpoint.options());
        options.put(Tcp.BACKLOG, Integer.toString(settings.backlog()));
        return new Endpoint(endpoint.scheme(), endpoint.host(), endpoint.port(), options);
    }

    /** The listener's own entries, with the defaults, and without the words of Declarative Services. */
    private static Map<String, String> texts(Settings settings, Map<String, Object> entries) {
        var texts = new HashMap<String, String>();
        texts.put("tls", settings.tls());
        texts.put("protocol", settings.protocol());
        entries.forEach((key, value) -> {
            if (!key.startsWith("service.") && !key.startsWith("component.") && !key.startsWith("felix.")) {
                texts.put(key, text(value));
            }
        });
        return texts;
    }

    private static String text(Object value) {
        if (!(value instanceof Object[] values)) {
            return value.toString();
        }
        var words = new ArrayList<String>();
        Collections.addAll(
                words, java.util.Arrays.stream(values).map(Object::toString).toArray(String[]::new));
        return String.join(",", words);
    }
}

package mta.queue.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.policy.Source;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One section {@code source}. */
@Component(
        service = SourceSection.class,
        configurationPid = "mta.source",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SourceSection.Settings.class, factory = true)
public final class SourceSection {

    @ObjectClassDefinition(
            name = "source",
            description = "Where connections come from. A source called default takes the place of the built-in one.")
    @interface Settings {

        @AttributeDefinition(required = false, description = "Local IP address to bind; none: the system chooses.")
        String address() default "";

        @AttributeDefinition(required = false, description = "Name said in EHLO; none: the node's own.")
        String helo() default "";

        @AttributeDefinition(required = false, description = "Proxy to dial instead, such as socks5://10.0.0.1:1080.")
        String proxy() default "";
    }

    private final Source source;

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    @Activate
    public SourceSection(Settings settings, Map<String, Object> properties) {
        this(Sections.name(properties), settings.address(), settings.helo(), settings.proxy());
    }

    SourceSection(String name, String address, String helo, String proxy) {
        source =
                new Source(name, address(name, address), word(helo), word(proxy).map(Endpoint::parse));
    }

    private static Optional<String> word(String text) {
        return Optional.of(text.strip()).filter(word -> !word.isEmpty());
    }

    /** Only a literal: a name would be looked up here, and could be somebody else's tomorrow. */
    private static Optional<InetAddress> address(String name, String text) {
        Optional<String> word = word(text);
        if (word.isPresent() && !word.get().matches("[0-9.]+|[0-9A-Fa-f:.%]*:[0-9A-Za-z:.%]*")) {
            throw new IllegalArgumentException("source " + name + ": address: an IP address, not: " + text);
        }
        return word.map(literal -> {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("source " + name + ": address: an IP address, not: " + text, e);
            }
        });
    }

    Source source() {
        return source;
    }
}

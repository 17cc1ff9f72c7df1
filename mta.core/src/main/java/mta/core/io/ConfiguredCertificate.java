package mta.core.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mta.core.node.Node;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Hands one {@code certificate} of the configuration to {@link TlsService}. */
@Component(
        service = ConfiguredCertificate.class,
        immediate = true,
        configurationPid = "mta.certificate",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredCertificate.Settings.class, factory = true)
public final class ConfiguredCertificate {

    @ObjectClassDefinition(
            name = "certificate",
            description = "A certificate for listeners. Without any, the node makes a self-signed one in var/tls.")
    public @interface Settings {

        @AttributeDefinition(
                description = "File with the certificate and those of its issuers, PEM; relative to the instance's"
                        + " folder. Read again when it changes.")
        String certificate();

        @AttributeDefinition(description = "File with the private key, PEM, not encrypted. Empty: the same file.")
        String key() default "";

        @AttributeDefinition(description = "Listeners it is for. Empty: all.")
        String[] listeners() default {};

        @AttributeDefinition(
                description = "Server names it is chosen for when clients ask (SNI); *.example.org stands for one"
                        + " label. Empty: the names in the certificate.")
        String[] serverNames() default {};
    }

    private final TlsService tls;
    private final Node node;
    private final String name;

    @Activate
    public ConfiguredCertificate(
            @Reference TlsService tls, @Reference Node node, Settings settings, Map<String, Object> entries) {
        this.tls = tls;
        this.node = node;
        String pid = String.valueOf(entries.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        put(settings);
    }

    @Modified
    void put(Settings settings) {
        Path certificate = node.home().resolve(settings.certificate());
        Path key = settings.key().isEmpty() ? certificate : node.home().resolve(settings.key());
        tls.put(
                name,
                new Certificates.Source(
                        certificate, key, List.of(settings.listeners()), List.of(settings.serverNames())));
    }

    @Deactivate
    void remove() {
        tls.remove(name);
    }
}

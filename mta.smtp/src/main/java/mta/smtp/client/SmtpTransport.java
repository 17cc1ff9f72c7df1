package mta.smtp.client;

import java.util.List;
import mta.core.node.Node;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.dns.Dns;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Tls;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Delivery over SMTP, RFC 5321. Runs on the threads of those who call it; thread-safe.
 *
 * <p>Known faults: a demand for TLS that holds for one destination only refuses its mail on a connection that does not meet
 * it, but does not make another connection for it; give such a destination a site of its own
 * ({@link mta.plugins.api.policy.SiteFor}).
 */
@Component(service = Transport.class, configurationPid = "mta.smtpclient")
@Designate(ocd = ClientConfig.class)
@Plugin("smtp")
@Named("smtp")
public final class SmtpTransport implements Transport {

    private final Resolver resolver;
    private final Connector connector;

    @Activate
    public SmtpTransport(
            ClientConfig config,
            @Reference Node node,
            @Reference HookPoints hooks,
            @Reference Dns dns,
            @Reference Lookup policies,
            @Reference Tls tls,
            @Reference Records records) {
        this(ClientSettings.of(config, node.hostname(), config.port()), hooks, dns, policies, tls, records);
    }

    /** Without a container. */
    public SmtpTransport(
            ClientSettings settings, HookPoints hooks, Dns dns, Lookup policies, Tls tls, Records records) {
        resolver = new Resolver("smtp", true, dns, policies, settings);
        connector = new Connector(Protocol.SMTP, settings, hooks, dns, policies, tls, records);
    }

    @Override
    public Resolution resolve(String destination) {
        return resolver.resolve(destination);
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) throws ConnectException {
        return connector.open(path, hops, pin);
    }
}

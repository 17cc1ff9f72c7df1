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

/**
 * Delivery over LMTP, RFC 2033: destinations are hosts, port 24 where none is named, or sockets in the file system,
 * {@code unix:/path} (plugin unix-socket); there are no mail exchangers.
 * Runs on the threads of those who call it; thread-safe.
 */
@Component(service = Transport.class, configurationPid = "mta.smtpclient")
@Plugin("lmtp")
@Named("lmtp")
public final class LmtpTransport implements Transport {

    private static final int PORT = 24;

    private final Resolver resolver;
    private final Connector connector;

    @Activate
    public LmtpTransport(
            ClientConfig config,
            @Reference Node node,
            @Reference HookPoints hooks,
            @Reference Dns dns,
            @Reference Lookup policies,
            @Reference Tls tls,
            @Reference Records records) {
        this(ClientSettings.of(config, node.hostname(), PORT), hooks, dns, policies, tls, records);
    }

    /** Without a container. */
    public LmtpTransport(
            ClientSettings settings, HookPoints hooks, Dns dns, Lookup policies, Tls tls, Records records) {
        resolver = new Resolver("lmtp", false, dns, policies, settings);
        connector = new Connector(Protocol.LMTP, settings, hooks, dns, policies, tls, records);
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

package plugins.proxyprotocol;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.config.Network;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The wrapper {@code proxy} of a listener: every connection begins with a PROXY header, which is believed only from the
 * proxies that the settings name. Never guesses whether there is one: who could leave it out could choose what to be
 * taken for. Runs on the connection's virtual thread; thread-safe.
 */
@Component(service = Io.class, configurationPid = "mta.proxy-protocol")
@Plugin("proxy-protocol")
@Named("proxy")
@Designate(ocd = ProxyProtocol.Config.class)
public final class ProxyProtocol implements Io {

    private static final String UNIX = "unix";
    private static final int LARGEST = 0xffff;

    @ObjectClassDefinition(
            name = "proxy-protocol",
            description = "The PROXY protocol: listeners that name the wrapper \"proxy\" take connections from these"
                    + " proxies only, and see the clients behind them.")
    @interface Config {

        @AttributeDefinition(
                description = "Proxies that are believed: 192.0.2.0/24, 2001:db8::/32, single addresses, or the word"
                        + " unix for connections of a Unix-domain socket.")
        String[] networks() default {"127.0.0.0/8", "::1/128"};

        @AttributeDefinition(description = "Duration. The whole header has to be there within it.")
        String timeout() default "5s";

        @AttributeDefinition(description = "Size. The longest header of version 2, at most 64KiB.")
        String maxHeader() default "4KiB";
    }

    private record Settings(List<Network> networks, boolean unix, Duration timeout, int limit) {

        static Settings of(Config config) {
            var networks = new ArrayList<Network>();
            boolean unix = false;
            for (String text : config.networks()) {
                if (text.equals(UNIX)) {
                    unix = true;
                } else {
                    networks.add(Network.parse(text));
                }
            }
            Duration timeout = Amount.duration(config.timeout());
            if (timeout.isZero()) {
                throw new IllegalArgumentException("timeout: more than 0");
            }
            long limit = Math.min(LARGEST, Amount.bytes(config.maxHeader()));
            return new Settings(List.copyOf(networks), unix, timeout, (int) limit);
        }

        boolean trust(Wire wire) {
            InetAddress peer = wire.remote().getAddress();
            return peer == null ? unix : networks.stream().anyMatch(network -> network.contains(peer));
        }
    }

    private volatile Settings settings;

    @Activate
    public ProxyProtocol(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public Wire wrap(Wire wire, Endpoint endpoint, Side side) throws IOException {
        if (side != Side.ACCEPTED) {
            throw new IOException("the wrapper proxy is for listeners");
        }
        Settings now = settings;
        if (!now.trust(wire)) {
            throw new IOException("not a trusted proxy: " + wire.remote().getHostString());
        }
        Header header = new HeaderReader(wire, now.timeout, now.limit).read();
        wire.readTimeout(now.timeout); // until somebody sets another: what was left of it may be next to nothing
        return switch (header) {
            case Header.Local() -> wire;
            case Header.Proxied(var remote, var local) -> new ProxiedWire(wire, remote, local);
        };
    }
}

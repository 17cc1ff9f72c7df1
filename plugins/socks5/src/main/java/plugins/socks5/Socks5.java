package plugins.socks5;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Dials through a SOCKS5 proxy: {@code proxy: socks5://10.0.0.1:1080} of a source. Runs on the thread that opens a
 * channel; thread-safe.
 */
@Component(service = Io.class, configurationPid = "mta.socks5")
@Plugin("socks5")
@Named("socks5")
@Designate(ocd = Socks5.Config.class)
public final class Socks5 implements Io {

    @ObjectClassDefinition(name = "socks5", description = "Outbound connections through SOCKS5 proxies.")
    @interface Config {

        @AttributeDefinition(description = "User for the proxies (RFC 1929); empty: none.")
        String user() default "";

        @AttributeDefinition(description = "Password; better ${file:UTF-8:/etc/mta/socks} than in the file itself.")
        String password() default "";
    }

    private record Login(String user, String password) {
        Login {
            if (octets(user) > 255 || octets(password) > 255) {
                throw new IllegalArgumentException("user, password: at most 255 octets each (RFC 1929)");
            }
        }

        private static int octets(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    private final HookPoints hooks;
    private final HookPoint<Io> streams;
    private volatile Login login;

    @Activate
    public Socks5(@Reference HookPoints hooks, Config config) {
        this.hooks = hooks;
        this.streams = hooks.point(Io.class);
        modified(config);
    }

    @Modified
    void modified(Config config) {
        login = new Login(config.user(), config.password());
    }

    /**
     * @param to the proxy; its options {@code host} and {@code port} say where to through it
     * @param from local address for the connection to the proxy
     */
    @Override
    public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
        var target =
                new InetSocketAddress(InetAddress.ofLiteral(option(to, "host")), Integer.parseInt(option(to, "port")));
        long began = System.nanoTime();
        Wire wire = tcp().dial(Endpoint.tcp(to.host(), to.port()), from, timeout);
        try {
            Login now = login;
            Duration left = timeout.minusNanos(System.nanoTime() - began);
            new Handshake(wire, left).connect(target.getAddress(), target.getPort(), now.user, now.password);
            wire.readTimeout(timeout); // until somebody sets another: what was left of it may be next to nothing
            return new ProxiedWire(wire, target);
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    private Io tcp() throws IOException {
        try (Pin pin = hooks.pin()) {
            return streams.driver(pin, "tcp").orElseThrow(() -> new IOException("there is no Io tcp"));
        }
    }

    private static String option(Endpoint to, String name) throws IOException {
        String value = to.options().get(name);
        if (value == null) {
            throw new IOException("socks5 is for the proxy of a source, not to be dialled itself");
        }
        return value;
    }
}

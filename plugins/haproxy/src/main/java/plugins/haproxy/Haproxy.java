package plugins.haproxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import org.osgi.service.component.annotations.Reference;

/**
 * Dials through HAProxy: {@code proxy: haproxy://10.0.0.1:2525} of a source. The PROXY header (version 2) in front of
 * the connection names the source's address, from which HAProxy connects, and the host that it connects to. Runs on the
 * thread that opens a channel; thread-safe.
 */
@Component(service = Io.class)
@Plugin("haproxy")
@Named("haproxy")
public final class Haproxy implements Io {

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int VERSION_2_PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private final HookPoints hooks;
    private final HookPoint<Io> streams;

    @Activate
    public Haproxy(@Reference HookPoints hooks) {
        this.hooks = hooks;
        this.streams = hooks.point(Io.class);
    }

    /**
     * @param to the proxy; its options {@code host} and {@code port} say where to through it
     * @param from address of the proxy's machine from which it is to connect, not one of this machine
     */
    @Override
    public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
        var target =
                new InetSocketAddress(InetAddress.ofLiteral(option(to, "host")), Integer.parseInt(option(to, "port")));
        Wire wire = tcp().dial(Endpoint.tcp(to.host(), to.port()), Optional.empty(), timeout);
        try {
            wire.out().write(header(from, target));
            return new ProxiedWire(wire, target);
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /** proxy-protocol.txt section 2.2; port 0 leaves the choice of the port to the proxy, the null address that of both. */
    static byte[] header(Optional<InetAddress> from, InetSocketAddress to) throws IOException {
        byte[] target = to.getAddress().getAddress();
        byte[] source = from.map(InetAddress::getAddress).orElse(new byte[target.length]);
        if (source.length != target.length) {
            throw new IOException("source and target are not of one family: " + from.orElseThrow() + ", " + to);
        }
        var header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(VERSION_2_PROXY);
        header.write(to.getAddress() instanceof Inet4Address ? TCP4 : TCP6);
        header.write(0);
        header.write(2 * target.length + 4);
        header.writeBytes(source);
        header.writeBytes(target);
        header.writeBytes(new byte[] {0, 0, (byte) (to.getPort() >> 8), (byte) to.getPort()});
        return header.toByteArray();
    }

    private Io tcp() throws IOException {
        try (Pin pin = hooks.pin()) {
            return streams.driver(pin, "tcp").orElseThrow(() -> new IOException("there is no Io tcp"));
        }
    }

    private static String option(Endpoint to, String name) throws IOException {
        String value = to.options().get(name);
        if (value == null) {
            throw new IOException("haproxy is for the proxy of a source, not to be dialled itself");
        }
        return value;
    }
}

package mta.plugins.api.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;

/**
 * Where to listen or dial.
 *
 * @param scheme name of the {@link Io}: {@code tcp}, {@code unix} ...
 * @param host name, address, or path of a socket
 * @param port 0 where the scheme has none, and to let the system choose
 * @param options further words for the scheme
 */
public record Endpoint(String scheme, String host, int port, Map<String, String> options) {

    public Endpoint {
        options = Map.copyOf(options);
    }

    public static Endpoint tcp(String host, int port) {
        return new Endpoint("tcp", host, port, Map.of());
    }

    /**
     * Reads {@code tcp://127.0.0.1:25}, {@code 127.0.0.1:25}, {@code [::1]:25}, {@code :25} (any address) or
     * {@code unix:/run/x.sock}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Endpoint parse(String text) {
        if (text.startsWith("unix:")) {
            return new Endpoint("unix", text.substring(5), 0, Map.of());
        }
        int slashes = text.indexOf("://");
        String scheme = slashes < 0 ? "tcp" : text.substring(0, slashes);
        String rest = slashes < 0 ? text : text.substring(slashes + 3);
        int colon = rest.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("an endpoint is host:port, [address]:port or unix:path, not: " + text);
        }
        String host = rest.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(rest.substring(colon + 1));
            if (port >= 0 && port <= 65535) {
                return new Endpoint(scheme, host, port, Map.of());
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a port is a number from 0 to 65535: " + text);
    }

    public InetSocketAddress socketAddress() throws UnknownHostException {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        if (port == 0 && host.startsWith("/")) {
            return scheme + ":" + host;
        }
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (scheme.equals("tcp") ? "" : scheme + "://") + shown + ":" + port;
    }
}

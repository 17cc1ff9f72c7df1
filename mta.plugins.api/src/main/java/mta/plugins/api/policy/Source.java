package mta.plugins.api.policy;

import java.net.InetAddress;
import java.util.Optional;
import mta.plugins.api.io.Endpoint;

/**
 * Where connections come from.
 *
 * @param address local address to bind; empty: the system chooses
 * @param helo name said in EHLO; empty: the node's own
 * @param proxy dialled instead of the host, which the proxy's {@link mta.plugins.api.io.Io} reaches
 */
public record Source(String name, Optional<InetAddress> address, Optional<String> helo, Optional<Endpoint> proxy) {

    /** The system's choice of address. */
    public static final Source DEFAULT = new Source("default", Optional.empty(), Optional.empty(), Optional.empty());
}

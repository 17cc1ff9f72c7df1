package plugins.haproxy;

import java.net.InetSocketAddress;
import mta.plugins.api.io.Wire;
import mta.plugins.api.io.WrappedWire;

/** A connection through the proxy: its far side is the host behind. */
record ProxiedWire(Wire wire, InetSocketAddress remote) implements WrappedWire {}

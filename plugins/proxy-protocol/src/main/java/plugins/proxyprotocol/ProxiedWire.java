package plugins.proxyprotocol;

import java.net.InetSocketAddress;
import mta.plugins.api.io.Wire;
import mta.plugins.api.io.WrappedWire;

/** A connection with the addresses that the proxy has named. */
record ProxiedWire(Wire wire, InetSocketAddress remote, InetSocketAddress local) implements WrappedWire {}

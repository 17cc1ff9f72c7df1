package plugins.proxyprotocol;

import java.net.InetSocketAddress;

/** What a PROXY header says. */
sealed interface Header {

    /** The proxy speaks for itself (a health check): the connection's own addresses hold. */
    record Local() implements Header {}

    /** @param local what the client has connected to */
    record Proxied(InetSocketAddress remote, InetSocketAddress local) implements Header {}
}

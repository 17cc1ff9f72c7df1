package mta.core.io;

import java.net.InetSocketAddress;

/** How records and the log write a far side. */
final class Peer {

    private Peer() {}

    /** {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, or the name where there is no address. */
    static String text(InetSocketAddress peer) {
        if (peer.getAddress() == null) {
            return peer.getHostString();
        }
        String address = peer.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + peer.getPort();
    }
}

package mta.plugins.api.delivery;

import java.net.InetAddress;
import java.util.List;

/**
 * One host to try.
 *
 * @param host its name, for TLS and records
 * @param addresses in the order to try; resolved when the transport is about to connect, so it may be empty before
 * @param preference as in MX; lower first
 */
public record Hop(String host, List<InetAddress> addresses, int port, int preference) {

    public Hop {
        addresses = List.copyOf(addresses);
    }
}

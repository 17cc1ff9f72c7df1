package mta.core.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the connections of each client. An IPv6 client is its /64: whoever has one address has all of them. Thread-safe.
 */
final class Clients {

    private final ConcurrentHashMap<Object, Integer> counts = new ConcurrentHashMap<>();

    /** Counts one more, unless that exceeds the limit; 0: no limit. */
    boolean enter(InetSocketAddress client, int limit) {
        boolean[] entered = {true};
        counts.compute(key(client), (key, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = limit == 0 || now < limit;
            return entered[0] ? Integer.valueOf(now + 1) : count;
        });
        return entered[0];
    }

    void leave(InetSocketAddress client) {
        counts.computeIfPresent(key(client), (key, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** How many clients there are. */
    int size() {
        return counts.size();
    }

    private static Object key(InetSocketAddress client) {
        InetAddress address = client.getAddress();
        if (address == null) {
            return client.getHostString();
        }
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] prefix = address.getAddress();
        Arrays.fill(prefix, 8, 16, (byte) 0);
        try {
            return InetAddress.getByAddress(prefix);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // sixteen octets always are an address
        }
    }
}

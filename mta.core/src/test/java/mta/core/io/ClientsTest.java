package mta.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ClientsTest {

    private static InetSocketAddress client(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 4711);
    }

    @Test
    void countsEachAddressAndForgetsThoseThatLeft() {
        var clients = new Clients();
        assertTrue(clients.enter(client("192.0.2.1"), 1));
        assertFalse(clients.enter(client("192.0.2.1"), 1));
        assertTrue(clients.enter(client("192.0.2.2"), 1));
        clients.leave(client("192.0.2.1"));
        clients.leave(client("192.0.2.2"));
        assertEquals(0, clients.size());
        assertTrue(clients.enter(client("192.0.2.1"), 1));
    }

    @Test
    void aNetworkOfIpv6IsOneClient() {
        var clients = new Clients();
        assertTrue(clients.enter(client("2001:db8::1"), 1));
        assertFalse(clients.enter(client("2001:db8::ffff:2"), 1));
        assertTrue(clients.enter(client("2001:db8:0:1::1"), 1));
    }

    @Test
    void withoutAddressTheNameCounts() {
        var clients = new Clients();
        assertTrue(clients.enter(InetSocketAddress.createUnresolved("/run/x.sock", 0), 1));
        assertFalse(clients.enter(InetSocketAddress.createUnresolved("/run/x.sock", 0), 1));
    }
}

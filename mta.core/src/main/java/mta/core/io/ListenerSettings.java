package mta.core.io;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import mta.plugins.api.io.Endpoint;

/**
 * Settings of a listener.
 *
 * @param wrappers names of {@link mta.plugins.api.io.Io}s put around each connection, in order, before TLS
 * @param maxConnections 0: no limit
 * @param maxConnectionsPerClient by address, IPv6 by /64; 0: no limit
 * @param handshakeTimeout for wrappers and implicit TLS together
 * @param all every entry as text, for the protocol
 */
public record ListenerSettings(
        Endpoint endpoint,
        String protocol,
        TlsUse tls,
        List<String> wrappers,
        int maxConnections,
        int maxConnectionsPerClient,
        Duration handshakeTimeout,
        Map<String, String> all) {

    /** When TLS begins. */
    public enum TlsUse {
        /** Never. */
        NONE,
        /** When the client asks for it (RFC 3207): the protocol's business. */
        STARTTLS,
        /** Before the first byte (RFC 8314). */
        IMPLICIT
    }

    public ListenerSettings {
        wrappers = List.copyOf(wrappers);
        all = Map.copyOf(all);
    }

    /** For tests and small programs: no wrappers, no limits. */
    public static ListenerSettings of(Endpoint endpoint, String protocol) {
        return new ListenerSettings(
                endpoint,
                protocol,
                TlsUse.STARTTLS,
                List.of(),
                0,
                0,
                Duration.ofSeconds(30),
                Map.of("tls", "starttls"));
    }
}

package mta.plugins.api.policy;

/** How to secure connections to a host (MTA-STS, DANE, configuration). */
public record TlsFor(String destination, String host) implements Query<TlsFor.Mode> {

    public enum Mode {
        /** Never. */
        NONE,
        /** If offered; the certificate does not matter (RFC 7435). */
        OPPORTUNISTIC,
        /** Or not at all; the certificate does not matter. */
        REQUIRED,
        /** Or not at all; the certificate must be valid for the host. */
        VERIFIED
    }
}

package mta.plugins.api.io;

import java.util.Optional;

/**
 * An established TLS connection.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher name of the suite
 * @param serverName what the client asked for (SNI)
 * @param peer subject of the peer's certificate, RFC 2253
 * @param issuer its issuer, RFC 2253
 * @param fingerprint SHA-256 of the peer's certificate, lower case hex
 * @param verified whether the peer's certificate was verified against a trusted root and, on the way out, its name
 * @param certificate the peer's; empty if it has shown none
 */
public record TlsInfo(
        String protocol,
        String cipher,
        Optional<String> serverName,
        Optional<String> peer,
        Optional<String> issuer,
        Optional<String> fingerprint,
        boolean verified,
        Optional<PeerCertificate> certificate) {

    /** Without more about a certificate than the other components say. */
    public TlsInfo(
            String protocol,
            String cipher,
            Optional<String> serverName,
            Optional<String> peer,
            Optional<String> issuer,
            Optional<String> fingerprint,
            boolean verified) {
        this(protocol, cipher, serverName, peer, issuer, fingerprint, verified, Optional.empty());
    }
}

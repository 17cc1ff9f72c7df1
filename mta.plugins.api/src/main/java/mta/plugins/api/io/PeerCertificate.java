package mta.plugins.api.io;

import java.time.Instant;
import java.util.List;

/**
 * The certificate that the far side of a TLS connection has shown, and whose key it has proved to have. What it says is
 * true only if it was verified ({@link TlsInfo#verified}); one that was not is still the one with this fingerprint.
 *
 * @param subject RFC 2253
 * @param issuer RFC 2253
 * @param fingerprint SHA-256 of the certificate, lower case hex
 * @param publicKey SHA-256 of its public key (SubjectPublicKeyInfo), lower case hex; stays when it is renewed
 * @param names its subject alternative names: {@code dns:mx.example.org}, {@code email:ann@example.org},
 *     {@code uri:...}; other kinds are left out
 * @param from when its validity begins
 * @param until when it ends
 * @param trouble why it was not verified; empty if it was
 */
public record PeerCertificate(
        String subject,
        String issuer,
        String fingerprint,
        String publicKey,
        List<String> names,
        Instant from,
        Instant until,
        String trouble) {

    public PeerCertificate {
        names = List.copyOf(names);
    }
}

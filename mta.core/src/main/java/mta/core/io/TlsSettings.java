package mta.core.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How TLS is spoken.
 *
 * @param protocols names of the JDK, such as {@code TLSv1.3}
 * @param ciphers empty: the JDK's choice
 * @param trust file of root certificates, PEM; empty: the JDK's
 * @param clientTrust the same for the certificates of clients; empty: {@code trust}
 * @param askClientCertificate names of listeners
 * @param requireClientCertificate names of listeners
 */
public record TlsSettings(
        List<String> protocols,
        List<String> ciphers,
        Optional<Path> trust,
        List<String> askClientCertificate,
        List<String> requireClientCertificate,
        Optional<Path> clientTrust) {

    public static final TlsSettings DEFAULT = new TlsSettings(
            List.of("TLSv1.2", "TLSv1.3"), List.of(), Optional.empty(), List.of(), List.of(), Optional.empty());

    /** Clients' certificates are verified as others are. */
    public TlsSettings(
            List<String> protocols,
            List<String> ciphers,
            Optional<Path> trust,
            List<String> askClientCertificate,
            List<String> requireClientCertificate) {
        this(protocols, ciphers, trust, askClientCertificate, requireClientCertificate, Optional.empty());
    }

    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        askClientCertificate = List.copyOf(askClientCertificate);
        requireClientCertificate = List.copyOf(requireClientCertificate);
    }
}

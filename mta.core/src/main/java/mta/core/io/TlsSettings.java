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
 * @param askClientCertificate names of listeners
 * @param requireClientCertificate names of listeners
 */
public record TlsSettings(
        List<String> protocols,
        List<String> ciphers,
        Optional<Path> trust,
        List<String> askClientCertificate,
        List<String> requireClientCertificate) {

    public static final TlsSettings DEFAULT =
            new TlsSettings(List.of("TLSv1.2", "TLSv1.3"), List.of(), Optional.empty(), List.of(), List.of());

    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        askClientCertificate = List.copyOf(askClientCertificate);
        requireClientCertificate = List.copyOf(requireClientCertificate);
    }
}

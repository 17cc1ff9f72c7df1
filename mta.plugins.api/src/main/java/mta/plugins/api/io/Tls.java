package mta.plugins.api.io;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * TLS around any {@link Wire}, an OSGi service of the core: STARTTLS and implicit TLS, in and out. Certificates come from
 * the configuration (a self-signed one is made on first start) and from {@link mta.plugins.api.policy.CertFor}.
 * Thread-safe.
 */
@ProviderType
public interface Tls {

    /** Whether a certificate is at hand for this listener, so that STARTTLS may be announced. */
    boolean available(String listener);

    /**
     * Handshakes as a server. Bytes that were read ahead in plain text are not part of it: the caller discards them.
     *
     * @throws javax.net.ssl.SSLException if it fails; the wire is then unusable
     */
    Wire accept(Wire wire, String listener, Duration timeout) throws IOException;

    /**
     * Handshakes as a client.
     *
     * @param serverName for SNI and for the certificate's name
     * @param verify whether an unverified certificate ends it; {@link TlsInfo#verified} tells in both cases
     */
    Wire connect(Wire wire, String serverName, boolean verify, List<String> protocols, Duration timeout)
            throws IOException;
}

package mta.core.io;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import mta.core.node.Node;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.io.PeerCertificate;
import mta.plugins.api.io.Tls;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;
import mta.plugins.api.policy.CertFor;
import mta.plugins.api.policy.Lookup;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS by the JDK's own sockets, put around any wire (docs/decisions/0004-sockets-and-tls.md). Handshakes run on the caller's thread; one
 * virtual thread looks for changed certificate files. Thread-safe.
 */
@Component(
        service = {Tls.class, TlsService.class},
        configurationPid = "mta.tls")
@Designate(ocd = TlsService.Settings.class)
public final class TlsService implements Tls {

    @ObjectClassDefinition(name = "tls", description = "Encryption of connections, in and out.")
    public @interface Settings {

        @AttributeDefinition(description = "Versions of TLS that are spoken.")
        String[] protocols() default {"TLSv1.2", "TLSv1.3"};

        @AttributeDefinition(description = "Cipher suites by their JSSE names. Empty: those that the JDK finds good.")
        String[] ciphers() default {};

        @AttributeDefinition(
                description = "File of trusted root certificates, PEM; relative to the instance's folder. Empty: those"
                        + " of the JDK.")
        String trust() default "";

        @AttributeDefinition(description = "Listeners that ask their clients for a certificate and do without.")
        String[] askClientCertificate() default {};

        @AttributeDefinition(description = "Listeners that talk to clients with a trusted certificate only.")
        String[] requireClientCertificate() default {};

        @AttributeDefinition(
                description =
                        "File of root certificates that clients' certificates are verified by, PEM; relative to the"
                                + " instance's folder; a change is live. Empty: as trust says.")
        String clientTrust() default "";
    }

    private static final Logger log = LoggerFactory.getLogger(TlsService.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int KEPT = 1000;

    private record Server(SSLContext context, Trust trust) {}

    /** Everything that is made of the settings; replaced as a whole. */
    private static final class Contexts {
        private final TlsSettings settings;
        private final Map<String, Server> servers = new ConcurrentHashMap<>();
        private final Map<Boolean, SSLContext> clients = new ConcurrentHashMap<>();

        Contexts(TlsSettings settings) {
            this.settings = settings;
        }
    }

    private final Certificates certificates = new Certificates();
    private final Map<String, Identity> parsed = new ConcurrentHashMap<>();
    private final Path home;
    private final Thread background;
    private Optional<FileTime> clientTrustModified; // of the background thread
    private volatile Contexts contexts;
    private volatile Optional<Lookup> lookup = Optional.empty();

    @Activate
    public TlsService(@Reference Node node, Settings settings) {
        this(node, read(node.home(), settings));
    }

    public TlsService(Node node, TlsSettings settings) {
        home = node.home();
        contexts = new Contexts(settings);
        clientTrustModified = settings.clientTrust().flatMap(TlsService::modified);
        background = Thread.ofVirtual().name("tls/certificates").start(() -> keepCertificates(node));
    }

    @Modified
    void change(Settings settings) {
        contexts = new Contexts(read(home, settings));
    }

    private static TlsSettings read(Path home, Settings settings) {
        return new TlsSettings(
                List.of(settings.protocols()),
                List.of(settings.ciphers()),
                settings.trust().isEmpty() ? Optional.empty() : Optional.of(home.resolve(settings.trust())),
                List.of(settings.askClientCertificate()),
                List.of(settings.requireClientCertificate()),
                settings.clientTrust().isEmpty()
                        ? Optional.empty()
                        : Optional.of(home.resolve(settings.clientTrust())));
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    public void bindLookup(Lookup service) {
        lookup = Optional.of(service);
    }

    void unbindLookup(Lookup service) {
        if (lookup.filter(service::equals).isPresent()) {
            lookup = Optional.empty();
        }
    }

    void put(String name, Certificates.Source source) {
        certificates.put(name, source);
        forgetSessions();
    }

    void remove(String name) {
        certificates.remove(name);
        forgetSessions();
    }

    /** A client must not resume a session with a certificate that is no longer in use. */
    private void forgetSessions() {
        contexts.servers.clear();
    }

    private void keepCertificates(Node node) {
        try {
            certificates.fallback(SelfSigned.load(node.data().resolve("tls"), node.hostname()));
        } catch (IOException | GeneralSecurityException e) {
            log.error("the self-signed certificate: {}", e.toString());
        } catch (InterruptedException e) {
            return;
        }
        try {
            while (true) {
                Thread.sleep(LOOK);
                if (certificates.refresh() | clientTrustChanged()) {
                    forgetSessions();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private boolean clientTrustChanged() {
        Optional<FileTime> now = contexts.settings.clientTrust().flatMap(TlsService::modified);
        boolean changed = !now.equals(clientTrustModified);
        clientTrustModified = now;
        return changed;
    }

    private static Optional<FileTime> modified(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean available(String listener) {
        return certificates.available(listener);
    }

    @Override
    public Wire accept(Wire wire, String listener, Duration timeout) throws IOException {
        Contexts current = contexts;
        Server server = current.servers.computeIfAbsent(listener, name -> server(current.settings, name));
        SSLSocket socket = socket(server.context, wire, "");
        socket.setUseClientMode(false);
        SSLParameters parameters = parameters(socket, current.settings, current.settings.protocols());
        parameters.setUseCipherSuitesOrder(true);
        if (current.settings.requireClientCertificate().contains(listener)) {
            parameters.setNeedClientAuth(true);
        } else if (current.settings.askClientCertificate().contains(listener)) {
            parameters.setWantClientAuth(true);
        }
        socket.setSSLParameters(parameters);
        return handshake(wire, socket, timeout, server.trust::resumed);
    }

    @Override
    public Wire connect(Wire wire, String serverName, boolean verify, List<String> protocols, Duration timeout)
            throws IOException {
        Contexts current = contexts;
        SSLContext context = current.clients.computeIfAbsent(verify, strict -> client(current.settings, strict));
        String name = serverName.endsWith(".") ? serverName.substring(0, serverName.length() - 1) : serverName;
        SSLSocket socket = socket(context, wire, name);
        socket.setUseClientMode(true);
        SSLParameters parameters =
                parameters(socket, current.settings, protocols.isEmpty() ? current.settings.protocols() : protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(sni(name));
        socket.setSSLParameters(parameters);
        Wire secured = handshake(wire, socket, timeout, _ -> {});
        if (verify && !secured.tls().orElseThrow().verified()) {
            secured.close();
            throw new SSLException("the certificate of " + serverName + " was not verified");
        }
        return secured;
    }

    /** Addresses are not asked for (RFC 6066 section 3), and nothing that is no name. */
    private static List<javax.net.ssl.SNIServerName> sni(String name) {
        if (name.indexOf('.') < 0 || name.indexOf(':') >= 0 || name.matches("[0-9.]+")) {
            return List.of();
        }
        try {
            return List.of(new SNIHostName(name));
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private static SSLSocket socket(SSLContext context, Wire wire, String host) throws IOException {
        int port = wire.remote().getPort();
        return (SSLSocket) context.getSocketFactory().createSocket(new WireSocket(wire), host, port, true);
    }

    private static SSLParameters parameters(SSLSocket socket, TlsSettings settings, List<String> protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        if (!settings.ciphers().isEmpty()) {
            parameters.setCipherSuites(settings.ciphers().toArray(String[]::new));
        }
        return parameters;
    }

    /** The limit is for all of it: a peer that sends one octet now and then would keep each read within its own. */
    private static Wire handshake(Wire wire, SSLSocket socket, Duration timeout, Consumer<SSLSession> then)
            throws IOException {
        socket.setSoTimeout(TcpWire.millis(timeout));
        var late = new AtomicBoolean();
        Thread limit = Thread.ofVirtual().name("tls/limit").start(() -> closeAfter(wire, timeout, late));
        try {
            socket.startHandshake();
            then.accept(socket.getSession());
            return new TlsWire(wire, socket, info(socket.getSession()));
        } catch (IOException e) {
            wire.close();
            if (late.get()) {
                throw new SocketTimeoutException("the TLS handshake took longer than " + timeout.toSeconds() + " s");
            }
            throw e;
        } finally {
            limit.interrupt();
        }
    }

    private static void closeAfter(Wire wire, Duration timeout, AtomicBoolean late) {
        try {
            Thread.sleep(timeout);
            late.set(true);
            wire.close();
        } catch (InterruptedException | IOException e) {
            // It is over one way or the other.
        }
    }

    private static TlsInfo info(SSLSession session) {
        Optional<X509Certificate> peer = peer(session);
        return new TlsInfo(
                session.getProtocol(),
                session.getCipherSuite(),
                session instanceof ExtendedSSLSession extended ? ServerKeys.serverName(extended) : Optional.empty(),
                peer.map(certificate -> certificate.getSubjectX500Principal().getName()),
                peer.map(certificate -> certificate.getIssuerX500Principal().getName()),
                peer.map(TlsService::fingerprint),
                Trust.verified(session),
                peer.map(certificate -> certificate(certificate, Trust.trouble(session))));
    }

    private static Optional<X509Certificate> peer(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Optional.of((X509Certificate) chain[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty(); // it has shown none
        }
    }

    private static PeerCertificate certificate(X509Certificate certificate, String trouble) {
        return new PeerCertificate(
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                fingerprint(certificate),
                sha256(certificate.getPublicKey().getEncoded()),
                names(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                trouble);
    }

    /** RFC 5280 section 4.2.1.6: 1 is an address of mail, 2 a name in DNS, 6 a URI. */
    private static List<String> names(X509Certificate certificate) {
        try {
            var names = new ArrayList<String>();
            for (List<?> name : Optional.ofNullable(certificate.getSubjectAlternativeNames())
                    .orElse(List.of())) {
                switch (name.get(0)) {
                    case Integer kind when kind == 1 -> names.add("email:" + name.get(1));
                    case Integer kind when kind == 2 -> names.add("dns:" + name.get(1));
                    case Integer kind when kind == 6 -> names.add("uri:" + name.get(1));
                    default -> {}
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            return List.of(); // names that cannot be read are none
        }
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e); // it was encoded before
        }
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    private Server server(TlsSettings settings, String listener) {
        boolean strict = settings.requireClientCertificate().contains(listener);
        var trust = new Trust(roots(settings.clientTrust().or(settings::trust)), strict);
        return new Server(context(new ServerKeys(name -> identity(listener, name)), trust), trust);
    }

    private SSLContext client(TlsSettings settings, boolean strict) {
        return context(new ServerKeys(name -> Optional.empty()), new Trust(roots(settings.trust()), strict));
    }

    private static SSLContext context(KeyManager keys, Trust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has TLS
        }
    }

    /** What a policy says comes first; where it cannot tell, the configured certificate is better than none. */
    private Optional<Identity> identity(String listener, Optional<String> serverName) {
        if (serverName.isPresent() && lookup.isPresent()) {
            try {
                Optional<String> pem = lookup.get().find(new CertFor(listener, serverName.get()));
                if (pem.isPresent()) {
                    return Optional.of(parsed(pem.get()));
                }
            } catch (Unresolved | GeneralSecurityException e) {
                log.warn("the certificate for {} on {}: {}", serverName.get(), listener, e.getMessage());
            }
        }
        return certificates.find(listener, serverName);
    }

    private Identity parsed(String pem) throws GeneralSecurityException {
        Identity known = parsed.get(pem);
        if (known != null) {
            return known;
        }
        Identity identity = Pem.identity(pem);
        if (parsed.size() >= KEPT) {
            parsed.clear();
        }
        parsed.put(pem, identity);
        return identity;
    }

    private static java.util.function.Supplier<X509ExtendedTrustManager> roots(Optional<Path> file) {
        return new java.util.function.Supplier<>() {
            private X509ExtendedTrustManager read;

            @Override
            public synchronized X509ExtendedTrustManager get() {
                if (read == null) {
                    read = readRoots(file);
                }
                return read;
            }
        };
    }

    /** @throws IllegalStateException if the file cannot be read: then nothing is verified, and nothing taken on trust */
    private static X509ExtendedTrustManager readRoots(Optional<Path> file) {
        try {
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(file.isPresent() ? store(file.get()) : null);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("trusted roots: " + e, e);
        }
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (X509Certificate root : Pem.certificates(Files.readString(file))) {
            store.setCertificateEntry("root" + number++, root);
        }
        return store;
    }

    @Deactivate
    public void close() {
        background.interrupt();
    }
}

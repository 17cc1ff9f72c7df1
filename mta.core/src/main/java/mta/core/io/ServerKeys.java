package mta.core.io;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate of a handshake by the name that the client asks for. TLS asks first for an alias and then for
 * what it stands for: an alias stands for one certificate for ever, so a change in between mixes no key with another's
 * certificate. Thread-safe.
 */
final class ServerKeys extends X509ExtendedKeyManager {

    private final Function<Optional<String>, Optional<Identity>> find;
    private final Map<String, Identity> chosen = new ConcurrentHashMap<>();

    /** @param find the certificate for a server name, or for a client that names none */
    ServerKeys(Function<Optional<String>, Optional<Identity>> find) {
        this.find = find;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        Optional<Identity> identity = find.apply(serverName(socket));
        if (identity.isEmpty() || !identity.get().key().getAlgorithm().equals(algorithm(keyType))) {
            return null; // the key manager's word for "none"
        }
        var certificate = identity.get().certificate();
        String alias = certificate.getSerialNumber().toString(16) + "/" + certificate.hashCode();
        chosen.put(alias, identity.get());
        return alias;
    }

    /** TLS asks for {@code EC}, {@code EC_EC}, {@code RSA}, {@code RSASSA-PSS}, {@code EdDSA}. */
    private static String algorithm(String keyType) {
        int underscore = keyType.indexOf('_');
        return underscore < 0 ? keyType : keyType.substring(0, underscore);
    }

    static Optional<String> serverName(Socket socket) {
        if (socket instanceof SSLSocket tls && tls.getHandshakeSession() instanceof ExtendedSSLSession session) {
            return serverName(session);
        }
        return Optional.empty();
    }

    static Optional<String> serverName(ExtendedSSLSession session) {
        for (SNIServerName name : session.getRequestedServerNames()) {
            if (name instanceof SNIHostName host) {
                return Optional.of(host.getAsciiName().toLowerCase(java.util.Locale.ROOT));
            }
        }
        return Optional.empty();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chosen.get(alias).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return chosen.get(alias).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null; // the key manager's word for "none"
    }
}

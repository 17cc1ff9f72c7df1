package mta.core.io;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies the far side's certificate as the JDK does and notes the outcome with the session, where a resumed session
 * finds it again. Unless strict, a certificate that was not verified is no obstacle: an attacker who could forge one could
 * as well remove STARTTLS (RFC 7435). Thread-safe.
 */
final class Trust extends X509ExtendedTrustManager {

    private static final String VERIFIED = "mta.verified";

    private final Supplier<X509ExtendedTrustManager> roots;
    private final boolean strict;

    /** @param roots read when first needed: the JDK's store takes its time */
    Trust(Supplier<X509ExtendedTrustManager> roots, boolean strict) {
        this.roots = roots;
        this.strict = strict;
    }

    static boolean verified(SSLSession session) {
        return Boolean.TRUE.equals(session.getValue(VERIFIED));
    }

    /** One way to verify. */
    @FunctionalInterface
    private interface Check {
        void run() throws CertificateException;
    }

    private void check(Socket socket, Check check) throws CertificateException {
        try {
            check.run();
            if (socket instanceof SSLSocket tls) {
                tls.getHandshakeSession().putValue(VERIFIED, Boolean.TRUE);
            }
        } catch (CertificateException e) {
            if (strict) {
                throw e;
            }
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(socket, () -> roots.get().checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(socket, () -> roots.get().checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("only sockets here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("only sockets here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only sockets here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only sockets here");
    }

    /** Names of acceptable issuers are not told: the list is long, and clients ignore it. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

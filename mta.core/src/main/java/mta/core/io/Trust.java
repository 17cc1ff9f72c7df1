package mta.core.io;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
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
    private static final String TROUBLE = "mta.trouble";

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

    /** Why it was not verified; empty if nothing was said. */
    static String trouble(SSLSession session) {
        return session.getValue(TROUBLE) instanceof String text ? text : "";
    }

    /**
     * Verifies a client's certificate of a session that was resumed from a ticket, which keeps the certificate but not the
     * outcome. It may have expired since.
     */
    void resumed(SSLSession session) {
        if (verified(session) || !trouble(session).isEmpty()) {
            return;
        }
        try {
            X509Certificate[] chain = Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            roots.get().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            session.putValue(VERIFIED, Boolean.TRUE);
        } catch (SSLPeerUnverifiedException e) {
            // It has shown none.
        } catch (CertificateException e) {
            session.putValue(TROUBLE, String.valueOf(e.getMessage()));
        }
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
            if (socket instanceof SSLSocket tls) {
                tls.getHandshakeSession().putValue(TROUBLE, String.valueOf(e.getMessage()));
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

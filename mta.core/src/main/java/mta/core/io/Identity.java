package mta.core.io;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A private key and the certificates that vouch for it, its own first.
 *
 * @param chain at least one
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {

    private static final int DNS_NAME = 2;

    /** @throws GeneralSecurityException if the key is not the one in the first certificate */
    static Identity of(PrivateKey key, List<X509Certificate> chain) throws GeneralSecurityException {
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("no certificate");
        }
        if (!fits(key, chain.getFirst())) {
            throw new GeneralSecurityException("the key is not the one of the first certificate");
        }
        return new Identity(key, List.copyOf(chain));
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        var sign = Signature.getInstance(algorithm);
        sign.initSign(key);
        sign.update(probe);
        byte[] signature = sign.sign();
        var verify = Signature.getInstance(algorithm);
        verify.initVerify(certificate.getPublicKey());
        verify.update(probe);
        return verify.verify(signature);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The DNS names in the certificate, lower case, {@code *.} and all. */
    List<String> names() {
        try {
            Collection<List<?>> alternatives = certificate().getSubjectAlternativeNames();
            if (alternatives == null) {
                return List.of();
            }
            var names = new ArrayList<String>();
            for (List<?> alternative : alternatives) {
                if (alternative.get(0) instanceof Integer type && type == DNS_NAME) {
                    names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Without the key: this may reach a log. */
    @Override
    public String toString() {
        return certificate().getSubjectX500Principal() + ", until "
                + certificate().getNotAfter().toInstant();
    }
}

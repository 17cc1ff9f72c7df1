package mta.core.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys as PEM (RFC 7468): keys in PKCS #8, and in PKCS #1 as older OpenSSL wrote RSA keys.
 * Encrypted keys are refused: the pass phrase would lie in the file beside.
 */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, the head of a PKCS #8 key without its length. */
    private static final byte[] RSA_HEAD = {
        2, 1, 0, 0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 4;

    private Pem() {}

    /** Reads a text that holds a key and its certificates, in any order; the key's own certificate is the first. */
    static Identity identity(String text) throws GeneralSecurityException {
        return Identity.of(key(text), certificates(text));
    }

    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<X509Certificate>();
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            if (block.group(1).equals("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
            }
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("no -----BEGIN CERTIFICATE----- in it");
        }
        return certificates;
    }

    static PrivateKey key(String text) throws GeneralSecurityException {
        for (Matcher block = BLOCK.matcher(text); block.find(); ) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(bytes(block));
                }
                case "RSA PRIVATE KEY" -> {
                    return key(pkcs8(bytes(block)));
                }
                case "EC PRIVATE KEY" ->
                    throw new GeneralSecurityException(
                            "its key is in an old format; convert it: openssl pkcs8 -topk8 -nodes -in OLD -out NEW");
                case "ENCRYPTED PRIVATE KEY" -> throw new GeneralSecurityException("its key is encrypted");
                default -> {
                    // a certificate, parameters
                }
            }
        }
        throw new GeneralSecurityException(
                text.contains("Proc-Type: 4,ENCRYPTED")
                        ? "its key is encrypted"
                        : "no -----BEGIN PRIVATE KEY----- in it");
    }

    private static byte[] bytes(Matcher block) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("broken base64 in " + block.group(1), e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // another algorithm
            }
        }
        throw new GeneralSecurityException("its key is neither RSA, EC nor EdDSA");
    }

    private static byte[] pkcs8(byte[] pkcs1) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(RSA_HEAD);
        element(body, OCTET_STRING, pkcs1);
        var whole = new ByteArrayOutputStream();
        element(whole, SEQUENCE, body.toByteArray());
        return whole.toByteArray();
    }

    /** A DER element; the length needs two octets, since no RSA key is shorter than 128. */
    private static void element(ByteArrayOutputStream out, int tag, byte[] content) {
        out.write(tag);
        out.write(0x82);
        out.write(content.length >> 8);
        out.write(content.length);
        out.writeBytes(content);
    }

    static String text(Identity identity) throws GeneralSecurityException {
        var text = new StringBuilder();
        block(text, "PRIVATE KEY", identity.key().getEncoded());
        for (X509Certificate certificate : identity.chain()) {
            block(text, "CERTIFICATE", certificate.getEncoded());
        }
        return text.toString();
    }

    private static void block(StringBuilder text, String label, byte[] bytes) {
        var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(encoder.encodeToString(bytes)).append('\n');
        text.append("-----END ").append(label).append("-----\n");
    }
}

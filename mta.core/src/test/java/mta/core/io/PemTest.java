package mta.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {

    @Test
    void keysOfAllKinds() throws Exception {
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            PrivateKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
            assertEquals(key, Pem.key("noise\n" + block("PRIVATE KEY", key.getEncoded()) + "noise"), algorithm);
        }
    }

    @Test
    void rsaKeysOfOlderOpenSsl() throws Exception {
        PrivateKey key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();
        // 4 octets of head, 3 of version, 15 of algorithm, 4 of head of the octet string: the rest is PKCS #1
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertEquals(key, Pem.key(block("RSA PRIVATE KEY", pkcs1)));
    }

    @Test
    void whatIsNoKeySaysWhy() {
        record Row(String text, String why) {}
        for (Row row : new Row[] {
            new Row("", "no -----BEGIN PRIVATE KEY-----"),
            new Row(block("ENCRYPTED PRIVATE KEY", new byte[9]), "encrypted"),
            new Row("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "encrypted"),
            new Row(block("EC PRIVATE KEY", new byte[9]), "openssl pkcs8"),
            new Row(block("PRIVATE KEY", new byte[9]), "neither RSA, EC nor EdDSA"),
            new Row(block("RSA PRIVATE KEY", new byte[9]), "neither RSA, EC nor EdDSA"),
        }) {
            var refusal = assertThrows(GeneralSecurityException.class, () -> Pem.key(row.text()), row.text());
            assertTrue(refusal.getMessage().contains(row.why()), refusal.getMessage());
        }
    }

    @Test
    void anIdentityGoesThereAndBack(@TempDir Path folder) throws Exception {
        Identity identity = SelfSigned.load(folder, "mx.example.org");
        assertEquals(identity, Pem.identity(Pem.text(identity)));
        assertEquals(java.util.List.of("mx.example.org"), identity.names());
        PrivateKey other = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
        var refusal = assertThrows(GeneralSecurityException.class, () -> Identity.of(other, identity.chain()));
        assertTrue(refusal.getMessage().contains("not the one"), refusal.getMessage());
        assertTrue(Files.readString(folder.resolve("self-signed.pem")).contains("BEGIN CERTIFICATE"));
    }

    private static String block(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }
}

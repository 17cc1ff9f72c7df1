package plugins.authfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3): {@code $scram-sha-256$i=600000$salt$stored$server}.
 * Who has stolen it cannot log in with it, as with the plain PBKDF2 of the same password, from which the mechanism could be
 * served too. The arrays are not changed.
 */
record ScramKeys(int iterations, byte[] salt, byte[] stored, byte[] server) {

    private static final Pattern FORM =
            Pattern.compile("\\$scram-sha-256\\$i=([1-9][0-9]{3,7})\\$([A-Za-z0-9+/]{11,88})"
                    + "\\$([A-Za-z0-9+/]{43})\\$([A-Za-z0-9+/]{43})");

    static Optional<ScramKeys> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return Optional.of(new ScramKeys(
                Integer.parseInt(matcher.group(1)),
                base64.decode(matcher.group(2)),
                base64.decode(matcher.group(3)),
                base64.decode(matcher.group(4))));
    }

    static ScramKeys make(String password, int iterations) {
        return of(password, PasswordHash.salt(), iterations);
    }

    private static ScramKeys of(String password, byte[] salt, int iterations) {
        byte[] salted = PasswordHash.pbkdf2(password, salt, iterations, 32);
        return new ScramKeys(iterations, salt, hash(hmac(salted, "Client Key")), hmac(salted, "Server Key"));
    }

    String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$scram-sha-256$i=" + iterations + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(stored) + "$" + base64.encodeToString(server);
    }

    /** For mechanisms that bring the password itself. */
    boolean fit(String password) {
        return MessageDigest.isEqual(of(password, salt, iterations).stored, stored);
    }

    /** Whether the proof shows that the client knows the password (section 3). */
    boolean proven(byte[] proof, String authMessage) {
        byte[] signature = hmac(stored, authMessage);
        if (proof.length != signature.length) {
            return false;
        }
        var clientKey = new byte[proof.length];
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(hash(clientKey), stored);
    }

    /** Shows the client that this server knows it too. */
    byte[] signature(String authMessage) {
        return hmac(server, authMessage);
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] hash(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the keys: this may reach a log. */
    @Override
    public String toString() {
        return "scram-sha-256";
    }
}

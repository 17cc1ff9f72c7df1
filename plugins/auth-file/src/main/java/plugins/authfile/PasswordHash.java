package plugins.authfile;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.apache.commons.codec.digest.Sha2Crypt;

/**
 * Hashed passwords as text: PBKDF2 with HMAC-SHA-256 (RFC 8018) in the PHC form
 * {@code $pbkdf2-sha256$i=600000$salt$hash}, which is made and checked; what SCRAM-SHA-256 needs in a form like it, see
 * {@link ScramKeys}, made and checked as well; SHA-512 crypt, {@code $6$salt$hash}, as in /etc/shadow, which is only checked.
 * Checking takes a time that depends on the hash alone, not on the password.
 */
final class PasswordHash {

    /** What OWASP's Password Storage Cheat Sheet asks for; about a quarter of a second of one core. */
    static final int DEFAULT_ITERATIONS = 600_000;

    private static final int MOST_ITERATIONS = 100_000_000;
    private static final Pattern PBKDF2 = Pattern.compile(
            "\\$pbkdf2-sha256\\$i=([1-9][0-9]{0,8})(?:,l=[0-9]+)?\\$([A-Za-z0-9+/]{11,88})\\$([A-Za-z0-9+/]{22,88})");
    private static final Pattern SHA512_CRYPT =
            Pattern.compile("(\\$6\\$(?:rounds=[1-9][0-9]{3,8}\\$)?[A-Za-z0-9./]{1,16})\\$[A-Za-z0-9./]{86}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private PasswordHash() {}

    /** Whether {@link #verify} understands it. */
    static boolean known(String hash) {
        Matcher pbkdf2 = PBKDF2.matcher(hash);
        return pbkdf2.matches()
                ? Integer.parseInt(pbkdf2.group(1)) <= MOST_ITERATIONS
                : SHA512_CRYPT.matcher(hash).matches() || ScramKeys.parse(hash).isPresent();
    }

    static String make(String password, int iterations) {
        byte[] salt = salt();
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$pbkdf2-sha256$i=" + iterations + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(pbkdf2(password, salt, iterations, 32));
    }

    /** @param hash that is {@link #known} */
    static boolean verify(String password, String hash) {
        Matcher matcher = PBKDF2.matcher(hash);
        if (matcher.matches()) {
            byte[] expected = Base64.getDecoder().decode(matcher.group(3));
            byte[] salt = Base64.getDecoder().decode(matcher.group(2));
            byte[] got = pbkdf2(password, salt, Integer.parseInt(matcher.group(1)), expected.length);
            return MessageDigest.isEqual(got, expected);
        }
        Optional<ScramKeys> keys = ScramKeys.parse(hash);
        if (keys.isPresent()) {
            return keys.get().fit(password);
        }
        Matcher crypt = SHA512_CRYPT.matcher(hash);
        if (!crypt.matches()) {
            throw new IllegalArgumentException("not a hash of a known kind");
        }
        String got = Sha2Crypt.sha512Crypt(password.getBytes(StandardCharsets.UTF_8), crypt.group(1));
        return MessageDigest.isEqual(got.getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] salt() {
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        return salt;
    }

    static byte[] pbkdf2(String password, byte[] salt, int iterations, int length) {
        var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }
}

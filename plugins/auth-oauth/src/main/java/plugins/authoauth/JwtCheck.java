package plugins.authoauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Judges JSON Web Tokens (RFC 7519) by the issuer's keys, with the care of RFC 8725: the algorithm is one of ours, never one that
 * the token alone chooses, and its key must be of that kind; keys that come with the token, or that it tells where to
 * fetch, do not exist. Thread-safe.
 */
final class JwtCheck implements TokenCheck {

    /** With public keys only: no HMAC, which would take the issuer's public key for a shared secret, and not {@code none}. */
    static final Set<JWSAlgorithm> POSSIBLE = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.EdDSA,
            JWSAlgorithm.Ed25519);

    /** RFC 8725 section 3.11: other kinds of token that the issuer signs are none for us. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private static final int MIN_RSA_BITS = 2048;

    /** RFC 8410 section 4: what stands before the 32 octets of an Ed25519 key in its X.509 form. */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Keys keys;
    private final Set<JWSAlgorithm> algorithms;
    private final Rules rules;
    private final InstantSource clock;

    JwtCheck(Keys keys, Set<JWSAlgorithm> algorithms, Rules rules, InstantSource clock) {
        this.keys = keys;
        this.algorithms = algorithms;
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public void close() {
        keys.close();
    }

    @Override
    public Finding check(String token, Optional<String> certificate) throws IOException {
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException | IllegalArgumentException e) {
            return Finding.invalid("it is no signed JWT");
        }
        JWSHeader header = jwt.getHeader();
        if (!algorithms.contains(header.getAlgorithm())) {
            return Finding.invalid(
                    "signed with " + shown(header.getAlgorithm().getName()) + ", which the setting algorithms has not");
        }
        JOSEObjectType type = header.getType();
        if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
            return Finding.invalid("it is of type " + shown(type.getType()));
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return Finding.invalid("it wants extensions that nobody here understands"); // RFC 7515 section 4.1.11
        }
        List<JWK> candidates = keys.find(header);
        if (candidates.isEmpty()) {
            return Finding.invalid("no key of the issuer has the id " + shown(header.getKeyID()) + " and is for "
                    + header.getAlgorithm());
        }
        if (candidates.stream().noneMatch(key -> signed(jwt, key))) {
            return Finding.invalid("its signature is wrong");
        }
        try {
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            return rules.judge(claims, clock.instant(), certificate);
        } catch (ParseException e) {
            return Finding.invalid("its claims cannot be read");
        }
    }

    private static boolean signed(SignedJWT jwt, JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa -> rsa.size() >= MIN_RSA_BITS && jwt.verify(new RSASSAVerifier(rsa));
                case ECKey ec -> jwt.verify(new ECDSAVerifier(ec));
                case OctetKeyPair pair -> pair.getCurve().equals(Curve.Ed25519) && ed25519(jwt, pair);
                default -> false;
            };
        } catch (JOSEException | GeneralSecurityException e) {
            return false; // not of the algorithm's kind, or no key at all
        }
    }

    /** RFC 8037 section 3.1. */
    private static boolean ed25519(SignedJWT jwt, OctetKeyPair pair) throws GeneralSecurityException {
        var encoded = new ByteArrayOutputStream();
        encoded.writeBytes(ED25519);
        encoded.writeBytes(pair.getDecodedX());
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(jwt.getSigningInput());
        return signature.verify(jwt.getSignature().decode());
    }

    /** What a stranger has written, for a log. */
    private static String shown(String text) {
        String line = String.valueOf(text).replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > 64 ? line.substring(0, 64) + "..." : line;
    }
}

package plugins.authoauth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the claims of a token must say; a token's own (RFC 7519) and those that a server tells of one (RFC 7662) have the same
 * names.
 *
 * @param issuer must be theirs; empty: any
 * @param audience one of them must be theirs; empty: any
 * @param scopes all must be theirs
 * @param userClaim which one names the user
 * @param leeway how far clocks may differ
 * @param expires whether there must be a time of expiry
 */
record Rules(
        Optional<String> issuer,
        Set<String> audience,
        Set<String> scopes,
        String userClaim,
        Duration leeway,
        boolean expires) {

    private static final int LONGEST_NAME = 320;

    Finding judge(JWTClaimsSet claims, Instant now, Optional<String> certificate) {
        if (issuer.isPresent() && !issuer.get().equals(claims.getIssuer())) {
            return Finding.invalid("it is from another issuer");
        }
        if (!audience.isEmpty() && Collections.disjoint(audience, claims.getAudience())) {
            return Finding.invalid("it is for another audience");
        }
        Date expiry = claims.getExpirationTime();
        if (expiry == null ? expires : !now.minus(leeway).isBefore(expiry.toInstant())) {
            return Finding.invalid(expiry == null ? "it does not say when it expires" : "it has expired");
        }
        Date start = claims.getNotBeforeTime();
        if (start != null && now.plus(leeway).isBefore(start.toInstant())) {
            return Finding.invalid("it is not valid yet");
        }
        if (!holds(claims.getClaim("cnf"), certificate)) {
            return Finding.invalid("it is bound to a key that the client has not shown");
        }
        if (!scopesOf(claims).containsAll(scopes)) {
            return new Finding.Wrong("insufficient_scope", "it has not all of the scopes " + scopes);
        }
        return user(claims);
    }

    /**
     * A token that is bound to a key (RFC 7800) is no bearer token: who has stolen it has not the key. Bound to the
     * certificate of the TLS session (RFC 8705 section 3) is all that can be seen here.
     */
    private static boolean holds(Object confirmation, Optional<String> certificate) {
        if (confirmation == null) {
            return true;
        }
        return confirmation instanceof Map<?, ?> members
                && members.size() == 1
                && members.get("x5t#S256") instanceof String thumbprint
                && certificate
                        .map(hex -> Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(HexFormat.of().parseHex(hex)))
                        .filter(thumbprint::equals)
                        .isPresent();
    }

    /** RFC 8693 section 4.2: words in a text; {@code scp} at Microsoft and Okta, there as a list too. */
    private static Set<String> scopesOf(JWTClaimsSet claims) {
        var all = new HashSet<String>();
        for (String name : List.of("scope", "scp")) {
            switch (claims.getClaim(name)) {
                case String words -> all.addAll(List.of(words.split(" ")));
                case List<?> list -> list.forEach(word -> all.add(String.valueOf(word)));
                case null, default -> {}
            }
        }
        return all;
    }

    private Finding user(JWTClaimsSet claims) {
        if (userClaim.equals("email") && unverified(claims.getClaim("email_verified"))) {
            return Finding.invalid("its email is not verified");
        }
        boolean usable = claims.getClaim(userClaim) instanceof String name
                && !name.isBlank()
                && name.length() <= LONGEST_NAME
                && name.codePoints().noneMatch(Character::isISOControl);
        return usable
                ? new Finding.Good((String) claims.getClaim(userClaim))
                : Finding.invalid("its claim " + userClaim + " is no user name");
    }

    /** At some servers everybody may enter whose address they like. */
    private static boolean unverified(Object verified) {
        return verified != null && !verified.toString().equals("true");
    }

    /** @throws ParseException if they are no claims */
    static JWTClaimsSet claims(Map<String, Object> members) throws ParseException {
        return JWTClaimsSet.parse(members);
    }
}

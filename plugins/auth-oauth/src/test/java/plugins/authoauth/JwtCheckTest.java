package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JwtCheckTest {

    private static final Finding ANN = new Finding.Good("ann@example.org");
    private static final String CERTIFICATE = "ab".repeat(32);

    private static Identity id;

    @BeforeAll
    static void start() throws Exception {
        id = new Identity();
    }

    @AfterAll
    static void stop() {
        id.close();
    }

    private static Rules rules(String claim) {
        return new Rules(
                Optional.of(Identity.ISSUER),
                Set.of("mta", "mta2"),
                Set.of("mail.send"),
                claim,
                Duration.ofMinutes(1),
                true);
    }

    private static Finding check(JWKSet keys, String claim, String token) throws Exception {
        Set<JWSAlgorithm> algorithms =
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
        Keys all = header -> Keys.select(keys, header);
        var check = new JwtCheck(all, algorithms, rules(claim), InstantSource.fixed(Identity.NOW));
        return check.check(token, Optional.of(CERTIFICATE));
    }

    private static Finding check(String token) throws Exception {
        return check(JWKSet.parse(id.keys), "email", token);
    }

    private static void wrong(String reason, String token) throws Exception {
        Finding finding = check(token);
        var wrong = assertInstanceOf(Finding.Wrong.class, finding, reason);
        assertEquals(reason, wrong.reason());
        assertEquals(reason.contains("scopes") ? "insufficient_scope" : "invalid_token", wrong.error());
    }

    private static Date in(long seconds) {
        return Date.from(Identity.NOW.plusSeconds(seconds));
    }

    private static JWSHeader.Builder rs256() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1");
    }

    @Test
    void eachKindOfKeyProves() throws Exception {
        JWTClaimsSet claims = Identity.claims().build();
        assertEquals(ANN, check(id.rsa(claims)));
        assertEquals(ANN, check(id.ec(claims)));
        assertEquals(ANN, check(id.ed("EdDSA", claims)));
        assertEquals(ANN, check(id.ed("Ed25519", claims)));
        assertEquals(ANN, check(id.rsa(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), claims)));
        assertEquals(
                ANN, check(id.rsa(rs256().type(new JOSEObjectType("at+JWT")).build(), claims)));
    }

    @Test
    void theClaimThatIsWantedNamesTheUser() throws Exception {
        JWKSet keys = JWKSet.parse(id.keys);
        assertEquals(new Finding.Good("4711"), check(keys, "sub", id.token()));
        assertInstanceOf(Finding.Wrong.class, check(keys, "username", id.token()));
        for (Object name : List.of("", " ", "a\r\nb", "x".repeat(321), 12, List.of("a"))) {
            String token = id.rsa(Identity.claims().claim("username", name).build());
            assertInstanceOf(Finding.Wrong.class, check(keys, "username", token), String.valueOf(name));
        }
    }

    @Test
    void noneIsNoSignature() throws Exception {
        String payload = Base64URL.encode(Identity.claims().build().toString()).toString();
        for (String alg : List.of("none", "None", "NONE")) {
            String header = Base64URL.encode("{\"alg\":\"" + alg + "\"}").toString();
            assertInstanceOf(Finding.Wrong.class, check(header + "." + payload + "."), alg);
            assertInstanceOf(Finding.Wrong.class, check(header + "." + payload + ".AAAA"), alg);
        }
    }

    /** The public key is known to everybody; who takes it for an HMAC secret lets everybody in. */
    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(id.rsaPair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(UTF_8);
        for (byte[] secret : List.of(pem, id.rsaPair.getPublic().getEncoded())) {
            var jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(),
                    Identity.claims().build());
            jwt.sign(new MACSigner(secret));
            wrong("signed with HS256, which the setting algorithms has not", jwt.serialize());
        }
    }

    @Test
    void onlyTheIssuersKeysAndOurAlgorithms() throws Exception {
        JWTClaimsSet claims = Identity.claims().build();
        wrong(
                "signed with RS384, which the setting algorithms has not",
                id.rsa(new JWSHeader.Builder(JWSAlgorithm.RS384).keyID("rsa-1").build(), claims));
        wrong(
                "no key of the issuer has the id other and is for RS256",
                id.rsa(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("other").build(), claims));
        wrong(
                "no key of the issuer has the id ec-1 and is for RS256",
                id.rsa(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("ec-1").build(), claims));
        KeyPair stranger = Identity.pair("RSA", 2048);
        var jwt = new SignedJWT(
                rs256().jwk(new RSAKey.Builder((RSAPublicKey) stranger.getPublic()).build())
                        .build(),
                claims);
        jwt.sign(new com.nimbusds.jose.crypto.RSASSASigner(stranger.getPrivate()));
        wrong("its signature is wrong", jwt.serialize());
        String[] parts = id.token().split("\\.");
        String forged = parts[0] + "."
                + Base64URL.encode(Identity.claims()
                        .claim("email", "bob@example.org")
                        .build()
                        .toString()) + "." + parts[2];
        wrong("its signature is wrong", forged);
        String edForged = id.ed("EdDSA", claims);
        wrong("its signature is wrong", edForged.substring(0, edForged.lastIndexOf('.') + 1) + "A".repeat(86));
        wrong("its signature is wrong", parts[0] + "." + parts[1] + ".AAAA");
    }

    @Test
    void aKeyThatIsTooShortOrForOtherThingsProvesNothing() throws Exception {
        KeyPair small = Identity.pair("RSA", 1024);
        var jwt = new SignedJWT(rs256().build(), Identity.claims().build());
        jwt.sign(new com.nimbusds.jose.crypto.RSASSASigner(small.getPrivate(), true));
        var keys = new JWKSet(new RSAKey.Builder((RSAPublicKey) small.getPublic())
                .keyID("rsa-1")
                .build());
        assertEquals(Finding.invalid("its signature is wrong"), check(keys, "email", jwt.serialize()));
        var encrypting = new JWKSet(new RSAKey.Builder(id.rsa)
                .keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
                .build());
        assertInstanceOf(Finding.Wrong.class, check(encrypting, "email", id.token()));
    }

    @Test
    void claims() throws Exception {
        wrong(
                "it is from another issuer",
                id.rsa(Identity.claims().issuer("https://evil.example").build()));
        wrong("it is from another issuer", id.rsa(Identity.claims().issuer(null).build()));
        wrong(
                "it is for another audience",
                id.rsa(Identity.claims().audience("web").build()));
        wrong(
                "it is for another audience",
                id.rsa(Identity.claims().audience((String) null).build()));
        assertEquals(
                ANN,
                check(id.rsa(Identity.claims().audience(List.of("web", "mta2")).build())));
        wrong(
                "it does not say when it expires",
                id.rsa(Identity.claims().expirationTime(null).build()));
        wrong("it has expired", id.rsa(Identity.claims().expirationTime(in(-61)).build()));
        assertEquals(ANN, check(id.rsa(Identity.claims().expirationTime(in(-58)).build())));
        wrong(
                "it is not valid yet",
                id.rsa(Identity.claims().notBeforeTime(in(62)).build()));
        assertEquals(ANN, check(id.rsa(Identity.claims().notBeforeTime(in(58)).build())));
        wrong(
                "it has not all of the scopes [mail.send]",
                id.rsa(Identity.claims().claim("scope", "mail.sender").build()));
        wrong(
                "it has not all of the scopes [mail.send]",
                id.rsa(Identity.claims().claim("scope", null).build()));
        assertEquals(
                ANN,
                check(id.rsa(Identity.claims()
                        .claim("scope", null)
                        .claim("scp", List.of("mail.send"))
                        .build())));
        wrong(
                "its email is not verified",
                id.rsa(Identity.claims().claim("email_verified", false).build()));
        assertEquals(
                ANN,
                check(id.rsa(Identity.claims().claim("email_verified", true).build())));
    }

    /** RFC 8705: bound to the client's certificate; bound to anything else it is no bearer token. */
    @Test
    void boundTokens() throws Exception {
        String bound = "it is bound to a key that the client has not shown";
        String mine = Base64URL.encode(HexFormat.of().parseHex(CERTIFICATE)).toString();
        assertEquals(
                ANN,
                check(id.rsa(
                        Identity.claims().claim("cnf", Map.of("x5t#S256", mine)).build())));
        wrong(
                bound,
                id.rsa(Identity.claims()
                        .claim("cnf", Map.of("x5t#S256", mine + "A"))
                        .build()));
        wrong(bound, id.rsa(Identity.claims().claim("cnf", Map.of("jkt", "abc")).build()));
        wrong(bound, id.rsa(Identity.claims().claim("cnf", "abc").build()));
    }

    @Test
    void otherKindsOfTokenAndExtensions() throws Exception {
        JWTClaimsSet claims = Identity.claims().build();
        wrong(
                "it is of type logout+jwt",
                id.rsa(rs256().type(new JOSEObjectType("logout+jwt")).build(), claims));
        wrong(
                "it wants extensions that nobody here understands",
                id.rsa(
                        rs256().criticalParams(Set.of("exp2"))
                                .customParam("exp2", 1)
                                .build(),
                        claims));
        for (String junk : List.of("", "a", "a.b.c", "..", "....", "a".repeat(8000), id.token() + ".x", "{}.{}.{}")) {
            assertInstanceOf(Finding.Wrong.class, check(junk), junk);
        }
        String deep = Base64URL.encode("[".repeat(5000)).toString();
        assertInstanceOf(Finding.Wrong.class, check(deep + "." + deep + ".AAAA"));
    }

    @Test
    void noReasonHoldsTheToken() throws Exception {
        String token = id.rsa(Identity.claims().audience("web").build());
        assertFalse(check(token).toString().contains(token.split("\\.")[2]));
    }
}

package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.smtp.SaslMechanism;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AuthOauthTest {

    @TempDir
    Path folder;

    private Identity id;

    @BeforeEach
    void start() throws Exception {
        id = new Identity();
    }

    @AfterEach
    void stop() {
        id.close();
    }

    private AuthOauth.Config jwt(Object... more) {
        return config(
                List.of("jwks", id.uri("/keys").toString(), "issuer", Identity.ISSUER, "audience", List.of("mta")),
                more);
    }

    private AuthOauth.Config introspecting(Object... more) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s e/cret\n");
        return config(
                List.of(
                        "introspection",
                        id.uri("/introspect").toString(),
                        "clientId",
                        "mta:1",
                        "clientSecretFile",
                        secret.toString(),
                        "userClaim",
                        "username",
                        "timeout",
                        "60s"),
                more);
    }

    private static AuthOauth.Config config(List<Object> pairs, Object... more) {
        var all = new java.util.ArrayList<>(pairs);
        all.addAll(List.of(more));
        return Settings.of(AuthOauth.Config.class, all.toArray());
    }

    private static Step once(AuthOauth.Config config, Form form, String response) throws Exception {
        try (TokenCheck check = AuthOauth.check(config, InstantSource.system()).orElseThrow()) {
            SaslMechanism mechanism = AuthOauth.mechanisms(config, check).get(form);
            assertTrue(mechanism.plaintext(), "offered under TLS only");
            return mechanism
                    .begin(TestSession.from("192.0.2.1"))
                    .step(response.replace("^A", "\u0001").getBytes(UTF_8), true);
        }
    }

    @Test
    void offUnlessConfigured() {
        assertEquals(Optional.empty(), AuthOauth.check(config(List.of()), InstantSource.system()));
    }

    @Test
    void settingsThatWouldBeUnsafeAreRefused() {
        for (Map.Entry<AuthOauth.Config, String> each : Map.of(
                        config(List.of("jwks", "http://id.example.org/keys", "issuer", "i", "audience", List.of("a"))),
                        "http://",
                        config(List.of(
                                "jwks",
                                "https://me:secret@id.example.org/keys",
                                "issuer",
                                "i",
                                "audience",
                                List.of("a"))),
                        "without a password",
                        config(List.of("jwks", "keys.json", "issuer", "i")),
                        "audience",
                        config(List.of("jwks", "keys.json", "audience", List.of("a"))),
                        "issuer",
                        jwt("algorithms", List.of("HS256")),
                        "HS256",
                        jwt("algorithms", List.of("none")),
                        "none",
                        jwt("introspection", "https://id.example.org/introspect"),
                        "one of them",
                        config(List.of("introspection", "https://id.example.org/introspect")),
                        "clientId",
                        jwt("pause", "0"),
                        "pause",
                        jwt("jwks", "http://127.0.0.1.example.org/keys"),
                        "http://")
                .entrySet()) {
            var e = assertThrows(
                    IllegalArgumentException.class,
                    () -> AuthOauth.check(each.getKey(), InstantSource.system()).ifPresent(TokenCheck::close),
                    each.getValue());
            assertTrue(e.getMessage().contains(each.getValue()), e.getMessage());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> AuthOauth.mechanisms(jwt("mechanisms", List.of("PLAIN")), (token, certificate) -> {
                    throw new IOException();
                }));
    }

    @Test
    void aGoodTokenIsAUser() throws Exception {
        String token = id.token();
        assertEquals(
                new Step.Success("ann@example.org"),
                once(jwt(), Form.OAUTHBEARER, "n,a=ann@example.org,^Aauth=Bearer " + token + "^A^A"));
        assertEquals(
                new Step.Success("ann@example.org"),
                once(jwt(), Form.OAUTHBEARER, "n,,^Aauth=Bearer " + token + "^A^A"));
        assertEquals(
                new Step.Success("ann@example.org"),
                once(jwt(), Form.XOAUTH2, "user=Ann@Example.org^Aauth=Bearer " + token + "^A^A"));
    }

    @Test
    void nobodyActsForAnother() throws Exception {
        String token = id.token();
        for (Step step : List.of(
                once(jwt(), Form.OAUTHBEARER, "n,a=bob@example.org,^Aauth=Bearer " + token + "^A^A"),
                once(jwt(), Form.XOAUTH2, "user=bob@example.org^Aauth=Bearer " + token + "^A^A"))) {
            String error =
                    new String(assertInstanceOf(Step.Challenge.class, step).data(), UTF_8);
            assertTrue(error.contains("\"status\""), error);
            assertFalse(error.contains("ann"), error);
        }
    }

    /** RFC 7628 section 3.2: the error, the client's answer to it, the failure. */
    @Test
    void aWrongTokenIsToldWhyAndFails() throws Exception {
        AuthOauth.Config config =
                jwt("scopes", List.of("mail.admin"), "openidConfiguration", "https://id.example.org/x");
        try (TokenCheck check = AuthOauth.check(config, InstantSource.system()).orElseThrow()) {
            for (Form form : Form.values()) {
                var exchange = AuthOauth.mechanisms(config, check).get(form).begin(TestSession.from("192.0.2.1"));
                assertArrayEquals(new byte[0], ((Step.Challenge) exchange.step(new byte[0], true)).data());
                String begin = form == Form.XOAUTH2 ? "user=a\tnn\u0001" : "n,a=a\tnn,\u0001";
                String sent = begin + "auth=Bearer " + id.token() + "\u0001\u0001";
                String error = new String(((Step.Challenge) exchange.step(sent.getBytes(UTF_8), false)).data(), UTF_8);
                assertTrue(error.contains("\"scope\":\"mail.admin\""), error);
                assertTrue(error.contains("openid-configuration"), error);
                assertTrue(error.contains(form == Form.XOAUTH2 ? "\"403\"" : "\"insufficient_scope\""), error);
                assertEquals(new Step.Failure("a?nn"), exchange.step(new byte[] {1}, false));
            }
        }
    }

    @Test
    void tokensThatAreTooLongAreNotLookedAt() throws Exception {
        Step step = once(jwt("maxToken", "100"), Form.OAUTHBEARER, "n,,^Aauth=Bearer " + id.token() + "^A^A");
        assertInstanceOf(Step.Challenge.class, step);
    }

    /** Nobody's right token is called wrong: the server answers 454. */
    @Test
    void withoutKeysNobodyCanTell() {
        id.status = 500;
        assertThrows(IOException.class, () -> once(jwt(), Form.OAUTHBEARER, "n,,^Aauth=Bearer " + id.token() + "^A^A"));
    }

    // ---- introspection

    private Step introspected(String token, Object... more) throws Exception {
        return once(introspecting(more), Form.OAUTHBEARER, "n,,^Aauth=Bearer " + token + "^A^A");
    }

    @Test
    void theServerIsAsked() throws Exception {
        id.known.put("opaque", "{\"active\": true, \"username\": \"ann\", \"scope\": \"mail\", \"aud\": [\"mta\"]}");
        assertEquals(
                new Step.Success("ann"), introspected("opaque", "scopes", List.of("mail"), "audience", List.of("mta")));
        String basic = Base64.getEncoder().encodeToString("mta%3A1:s+e%2Fcret".getBytes(UTF_8));
        assertEquals("POST Basic " + basic + " token=opaque&token_type_hint=access_token", id.asked.peek());
    }

    @Test
    void whatTheServerDoesNotKnowIsWrong() throws Exception {
        id.known.put("expired", "{\"active\": true, \"username\": \"ann\", \"exp\": 1}");
        id.known.put("nameless", "{\"active\": true, \"sub\": \"ann\"}");
        id.known.put("elsewhere", "{\"active\": true, \"username\": \"ann\", \"aud\": \"web\"}");
        for (String token : List.of("unknown", "expired", "nameless", "elsewhere")) {
            assertInstanceOf(Step.Challenge.class, introspected(token, "audience", List.of("mta")), token);
        }
    }

    @Test
    void whatTheServerDoesNotSayIsNotKnown() throws Exception {
        id.known.put("a", "{\"active\": \"true\"}");
        id.known.put("b", "no JSON but b");
        id.known.put("c", "{}");
        id.known.put("d", "x".repeat(2000));
        for (String token : List.of("a", "b", "c", "d")) {
            var e = assertThrows(IOException.class, () -> introspected(token, "maxAnswer", "1KiB"), token);
            assertFalse(e.getMessage().contains("no JSON but"), e.getMessage());
        }
        id.status = 401; // our own secret is wrong
        assertThrows(IOException.class, () -> introspected("a"));
        Files.delete(folder.resolve("secret"));
        assertThrows(
                IOException.class,
                () -> once(
                        config(List.of(
                                "introspection",
                                id.uri("/introspect").toString(),
                                "clientId",
                                "x",
                                "clientSecretFile",
                                folder.resolve("secret").toString())),
                        Form.OAUTHBEARER,
                        "n,,^Aauth=Bearer a^A^A"));
    }
}

package plugins.authfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import mta.plugins.api.smtp.SaslMechanism.Exchange;
import mta.plugins.api.smtp.SaslMechanism.Step;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScramSha256Test {

    @TempDir
    private Path folder;

    private ScramSha256 mechanism;
    private Logins logins;

    @BeforeEach
    void users() throws Exception {
        Path file = folder.resolve("users");
        String hash = ScramKeys.make("secret", 4096).text();
        Files.writeString(
                file,
                "ann:" + hash + "\nbob:" + hash + "::disabled\nold:" + PasswordHash.make("secret", 1000) + "\na,b=c:"
                        + hash + "\n");
        logins = new Logins(
                Settings.of(Logins.Config.class, "file", file.toString(), "iterations", 4096, "scram", true));
        mechanism = new ScramSha256(logins);
    }

    /** RFC 7677 section 3: user "user", password "pencil". */
    @Test
    void theKeysAreThoseOfTheRfc() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        byte[] salted = PasswordHash.pbkdf2("pencil", salt, 4096, 32);
        String messages = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var keys = new ScramKeys(
                4096, salt, sha256(ScramKeys.hmac(salted, "Client Key")), ScramKeys.hmac(salted, "Server Key"));
        byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertTrue(keys.proven(proof, messages));
        assertEquals(
                "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                Base64.getEncoder().encodeToString(keys.signature(messages)));
        proof[0] ^= 1;
        assertFalse(keys.proven(proof, messages));
        assertTrue(keys.fit("pencil"));
        assertFalse(keys.fit("pencils"));
    }

    private static byte[] sha256(byte[] octets) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Step step) {
        return new String(((Step.Challenge) step).data(), UTF_8);
    }

    /** As a client does it; the outcome of the last step that was made. */
    private Step authenticate(String gs2, String name, String password) throws Exception {
        Exchange exchange = mechanism.begin(TestSession.from("192.0.2.1"));
        String first = "n=" + name + ",r=fyko+d2lbbFgONRv9qkxdawL";
        Step step = exchange.step((gs2 + first).getBytes(UTF_8), true);
        if (!(step instanceof Step.Challenge)) {
            return step;
        }
        String challenge = text(step);
        String[] fields = challenge.split(",");
        assertTrue(fields[0].startsWith("r=fyko+d2lbbFgONRv9qkxdawL"), challenge);
        byte[] salted = PasswordHash.pbkdf2(
                password,
                Base64.getDecoder().decode(fields[1].substring(2)),
                Integer.parseInt(fields[2].substring(2)),
                32);
        byte[] clientKey = ScramKeys.hmac(salted, "Client Key");
        String last = "c=" + Base64.getEncoder().encodeToString(gs2.getBytes(UTF_8)) + "," + fields[0];
        String messages = first + "," + challenge + "," + last;
        byte[] signature = ScramKeys.hmac(sha256(clientKey), messages);
        for (int i = 0; i < signature.length; i++) {
            signature[i] ^= clientKey[i];
        }
        step = exchange.step((last + ",p=" + Base64.getEncoder().encodeToString(signature)).getBytes(UTF_8), false);
        if (!(step instanceof Step.Challenge)) {
            return step;
        }
        byte[] server = ScramKeys.hmac(ScramKeys.hmac(salted, "Server Key"), messages);
        assertEquals("v=" + Base64.getEncoder().encodeToString(server), text(step));
        return exchange.step(new byte[0], false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n,, | ann | secret | ok ann",
                "y,, | ann | secret | ok ann",
                "n,a=ann, | ann | secret | ok ann",
                "n,, | a=2Cb=3Dc | secret | ok a,b=c",
                "n,, | ann | wrong | no ann",
                "n,a=bob, | ann | secret | no ann", // nobody acts for another
                "p=tls-unique,, | ann | secret | no ''",
                "n,, | bob | secret | no bob", // disabled
                "n,, | eve | secret | no eve",
                "n,, | old | secret | no old", // a hash of another form
                "n,, | a=b | secret | no ''",
            })
    void outcomes(String gs2, String name, String password, String expected) throws Exception {
        Step step = authenticate(gs2, name, password);
        assertEquals(
                expected,
                switch (step) {
                    case Step.Success success -> "ok " + success.user();
                    case Step.Failure failure -> "no " + (failure.user().isEmpty() ? "''" : failure.user());
                    case Step.Challenge challenge -> "challenge";
                });
    }

    @Test
    void aPasswordThatIsKeptForItServesTheOthersToo() throws Exception {
        assertTrue(logins.check("ann", "secret").isPresent());
        assertFalse(logins.check("ann", "wrong").isPresent());
        assertTrue(ScramKeys.parse(logins.hash("x")).isPresent());
    }

    @Test
    void whoIsNobodyCannotBeToldFromAUser() throws Exception {
        String one = text(first("eve"));
        String again = text(first("eve"));
        assertEquals(one.split(",")[1], again.split(",")[1]);
        assertNotEquals(one.split(",")[1], text(first("mallory")).split(",")[1]);
        assertEquals(text(first("ann")).split(",")[1].length(), one.split(",")[1].length());
    }

    private Step first(String name) throws Exception {
        return mechanism.begin(TestSession.from("192.0.2.1")).step(("n,,n=" + name + ",r=abc").getBytes(UTF_8), true);
    }

    @Test
    void nonsenseFails() throws Exception {
        for (String text : new String[] {"", "n,,", "n,,n=,r=x", "n,,r=x", "n,,m=1,n=ann,r=x", "\u00ff"}) {
            Exchange exchange = mechanism.begin(TestSession.from("192.0.2.1"));
            assertInstanceOf(Step.Failure.class, exchange.step(text.getBytes(UTF_8), false), text);
        }
        Exchange exchange = mechanism.begin(TestSession.from("192.0.2.1"));
        assertInstanceOf(Step.Challenge.class, exchange.step(new byte[0], true));
        assertInstanceOf(Step.Challenge.class, exchange.step("n,,n=ann,r=abc".getBytes(UTF_8), false));
        assertInstanceOf(Step.Failure.class, exchange.step("c=biws,r=abc,p=AAAA".getBytes(UTF_8), false));
    }
}

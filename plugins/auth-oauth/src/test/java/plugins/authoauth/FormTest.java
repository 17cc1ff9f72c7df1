package plugins.authoauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ^A stands for 0x01, as in RFC 7628. */
class FormTest {

    private static Optional<Credentials> read(Form form, String text) {
        return form.read(text.replace("^A", "\u0001").getBytes(UTF_8));
    }

    private static Optional<Credentials> is(String user, String token) {
        return Optional.of(new Credentials(Optional.of(user), token));
    }

    @Test
    void oauthbearer() {
        // RFC 7628 section 4.1
        String example = "n,a=user@example.com,^Ahost=server.example.com^Aport=143^A"
                + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==^A^A";
        assertEquals(
                is("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="), read(Form.OAUTHBEARER, example));
        assertEquals(
                Optional.of(new Credentials(Optional.empty(), "t")), read(Form.OAUTHBEARER, "n,,^Aauth=bearer t^A^A"));
        assertEquals(is("a,b=c", "t"), read(Form.OAUTHBEARER, "y,a=a=2Cb=3Dc,^Aauth=Bearer t^A^A"));
        for (String wrong : List.of(
                "",
                "^A",
                "n,,^A^A",
                "n,,^Aauth=Bearer t^A",
                "n,,^Aauth=Bearer t",
                "n,^Aauth=Bearer t^A^A",
                "n,a=,^Aauth=Bearer t^A^A",
                "n,a=a=4Db,^Aauth=Bearer t^A^A",
                "p=tls-exporter,,^Aauth=Bearer t^A^A",
                "n,,^Aauth=Basic t^A^A",
                "n,,^Aauth=Bearer^A^A",
                "n,,^Aauth=Bearer a b^A^A",
                "n,,^Aauth=Bearer a^Aauth=Bearer b^A^A",
                "n,,^A=x^Aauth=Bearer t^A^A",
                "user=ann^Aauth=Bearer t^A^A")) {
            assertEquals(Optional.empty(), read(Form.OAUTHBEARER, wrong), wrong);
        }
        assertEquals(Optional.empty(), Form.OAUTHBEARER.read(new byte[] {'n', ',', ',', 1, (byte) 0xff, 1, 1}));
    }

    @Test
    void xoauth2() {
        // Google's example
        assertEquals(
                is("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"),
                read(
                        Form.XOAUTH2,
                        "user=someuser@example.com^Aauth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg^A^A"));
        for (String wrong :
                List.of("auth=Bearer t^A^A", "user=^Aauth=Bearer t^A^A", "user=a^A^A", "n,a=a,^Aauth=Bearer t^A^A")) {
            assertEquals(Optional.empty(), read(Form.XOAUTH2, wrong), wrong);
        }
    }

    @Test
    void errors() {
        var scopes = new LinkedHashSet<>(List.of("mail.send"));
        assertEquals(
                "{\"status\":\"invalid_token\",\"scope\":\"mail.send\",\"openid-configuration\":\"https://id/x\"}",
                new String(Form.OAUTHBEARER.challenge("invalid_token", scopes, "https://id/x"), UTF_8)
                        .replace("\\/", "/"));
        String xoauth2 = new String(Form.XOAUTH2.challenge("insufficient_scope", Set.of(), ""), UTF_8);
        assertEquals(
                Set.of("\"status\":\"403\"", "\"schemes\":\"bearer\""),
                Set.of(xoauth2.replaceAll("[{}]", "").split(",")));
    }

    @Test
    void theTokenIsNotPrinted() {
        assertEquals("ann", new Credentials(Optional.of("ann"), "secret").toString());
    }
}

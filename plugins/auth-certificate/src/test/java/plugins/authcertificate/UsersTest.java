package plugins.authcertificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.io.PeerCertificate;
import mta.plugins.api.io.TlsInfo;
import org.junit.jupiter.api.Test;

class UsersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CERT = "0a".repeat(32);
    private static final String KEY = "0b".repeat(32);

    private static TlsInfo shown(boolean verified, Instant from, Instant until, String... names) {
        var certificate = new PeerCertificate(
                "CN=Ann,O=Example", "CN=CA", CERT, KEY, List.of(names), from, until, verified ? "" : "unknown CA");
        return new TlsInfo(
                "TLSv1.3",
                "TLS_AES_256_GCM_SHA384",
                Optional.empty(),
                Optional.of(certificate.subject()),
                Optional.of(certificate.issuer()),
                Optional.of(CERT),
                verified,
                Optional.of(certificate));
    }

    private static TlsInfo shown(boolean verified, String... names) {
        return shown(verified, NOW.minusSeconds(100), NOW.plusSeconds(100), names);
    }

    private static Optional<String> find(String line, TlsInfo tls) {
        return Users.parse(List.of("# users", "", line)).find(tls, NOW, Duration.ofSeconds(60));
    }

    @Test
    void pinnedOnesNeedNoVerification() {
        String colons = CERT.replaceAll("(..)(?!$)", "$1:").toUpperCase(java.util.Locale.ROOT);
        for (String line : List.of("ann cert:" + CERT, "ann  cert: " + colons, "ann key:" + KEY)) {
            assertEquals(Optional.of("ann"), find(line, shown(false)), line);
            assertEquals(Optional.of("ann"), find(line, shown(true)), line);
        }
        assertEquals(Optional.empty(), find("ann cert:" + KEY, shown(true)));
        assertEquals(Optional.empty(), find("ann key:" + CERT, shown(true)));
    }

    @Test
    void namesNeedVerification() {
        for (String line : List.of(
                "ann subject:CN=Ann,O=Example",
                "ann dns:Mx.Example.org",
                "ann dns:*.example.org",
                "ann email:*@example.org",
                "ann uri:spiffe://x/A")) {
            TlsInfo good = shown(true, "email:ann@example.org", "dns:mx.example.org", "uri:spiffe://x/A");
            TlsInfo unverified = shown(false, "email:ann@example.org", "dns:mx.example.org", "uri:spiffe://x/A");
            assertEquals(Optional.of("ann"), find(line, good), line);
            assertEquals(Optional.empty(), find(line, unverified), line);
            TlsInfo other = shown(
                    true,
                    "dns:mx.example.com",
                    "dns:evilexample.org",
                    "dns:*.example.org",
                    "dns:example.org.evil.example",
                    "dns:email:ann@example.org",
                    "email:ann@example.org.evil.example",
                    "uri:spiffe://x/a");
            assertEquals(line.contains("subject") ? Optional.of("ann") : Optional.empty(), find(line, other), line);
        }
        assertEquals(Optional.empty(), find("ann subject:CN=Ann", shown(true)));
    }

    @Test
    void theNameItselfCanBeTheUser() {
        TlsInfo tls = shown(true, "dns:mx.example.org", "email:Ann@example.org");
        assertEquals(Optional.of("ann@example.org"), find("= email:*@example.org", tls));
        assertEquals(Optional.of("mx.example.org"), find("= dns:*.example.org", tls));
        assertEquals(Optional.empty(), find("= email:*@example.org", shown(true, "email:a\r\nb@example.org")));
        assertEquals(Optional.empty(), find("= email:*@example.org", shown(true, "email:@example.org")));
    }

    @Test
    void onlyWhileItIsInForce() {
        String line = "ann cert:" + CERT;
        assertEquals(Optional.empty(), find(line, shown(true, NOW.minusSeconds(900), NOW.minusSeconds(61))));
        assertEquals(Optional.of("ann"), find(line, shown(true, NOW.minusSeconds(900), NOW.minusSeconds(59))));
        assertEquals(Optional.empty(), find(line, shown(true, NOW.plusSeconds(61), NOW.plusSeconds(900))));
        assertEquals(Optional.of("ann"), find(line, shown(true, NOW.plusSeconds(59), NOW.plusSeconds(900))));
    }

    @Test
    void theFirstLineThatFits() {
        var users = Users.parse(List.of("one cert:" + CERT, "two cert:" + CERT));
        assertEquals(Optional.of("one"), users.find(shown(false), NOW, Duration.ZERO));
    }

    @Test
    void mistakesNameTheirLine() {
        for (String line : List.of(
                "ann",
                "ann " + CERT,
                "ann cert:12",
                "ann cert:" + CERT + "00",
                "ann md5:" + CERT,
                "ann dns:",
                "ann dns:*",
                "ann dns:*example.org",
                "ann dns:a*.example.org",
                "ann email:*.example.org",
                "ann uri:*x",
                "= cert:" + CERT,
                "= subject:CN=a")) {
            var e = assertThrows(IllegalArgumentException.class, () -> Users.parse(List.of("# x", line)), line);
            assertTrue(e.getMessage().startsWith("line 2: "), e.getMessage());
        }
    }
}

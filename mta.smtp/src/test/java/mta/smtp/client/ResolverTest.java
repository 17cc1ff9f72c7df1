package mta.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Collectors;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.policy.SiteFor;
import mta.testkit.plugin.TestLookup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResolverTest {

    private final MapDns dns = new MapDns()
            .mx("one.example", "10 mx.one.example")
            .mx("other.example", "10 mx.one.example")
            .mx("two.example", "20 b.mail.two.example", "10 a.mail.two.example")
            .mx("reversed.example", "20 a.mail.two.example", "10 b.mail.two.example")
            .mx("apart.example", "10 mx.apart.example", "20 mx.elsewhere.test")
            .mx("nullmx.example", "0 ")
            .mx("mixed.example", "0 ", "10 mx.one.example")
            .mx("own.example", "10 mx.one.example", "20 self.example", "30 mx.later.example")
            .mx("circle.example", "10 self.example")
            .address("plain.example", "192.0.2.1")
            .address("self.example", "192.0.2.9")
            .empty("nothing.example")
            .failing("broken.example");
    private final TestLookup policies = new TestLookup();
    private final Resolver smtp = new Resolver("smtp", true, dns, policies, ClientSettings.defaults("self.example"));

    /** RFC 5321 section 5.1, RFC 7505. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one.example         | SITE mx.one.example: mx.one.example:25",
                "other.example       | SITE mx.one.example: mx.one.example:25",
                "plain.example       | SITE plain.example: plain.example:25",
                "mixed.example       | SITE mx.one.example: mx.one.example:25",
                "own.example         | SITE mx.one.example: mx.one.example:25",
                "circle.example      | UNROUTABLE 554 5.4.6",
                "self.example        | UNROUTABLE 554 5.4.6",
                "nullmx.example      | UNROUTABLE 556 5.1.10",
                "missing.example     | UNROUTABLE 550 5.1.2",
                "nothing.example     | UNROUTABLE 550 5.4.4",
                "not a domain        | UNROUTABLE 550 5.1.2",
                "broken.example      | UNKNOWN 451 4.4.3",
                "[192.0.2.7]         | SITE 192.0.2.7: 192.0.2.7:25",
                "[relay.example]:587 | SITE relay.example:587: relay.example:587",
                "broken.example,missing.example | UNKNOWN 451 4.4.3",
                "broken.example,one.example     | SITE mx.one.example: mx.one.example:25",
            })
    void resolves(String destination, String expected) {
        assertEquals(expected, shown(smtp.resolve(destination)));
    }

    private static String shown(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Site site ->
                "SITE " + site.site() + ": "
                        + site.hops().stream()
                                .map(hop -> hop.host() + ":" + hop.port())
                                .collect(Collectors.joining(" "));
            case Resolution.Unroutable(var reply) -> "UNROUTABLE " + reply.code() + " " + reply.enhanced();
            case Resolution.Unknown(var reply) -> "UNKNOWN " + reply.code() + " " + reply.enhanced();
        };
    }

    @Test
    void theSetOfHostsIsTheSite() {
        String two = site("two.example").site();
        assertTrue(two.matches("mail\\.two\\.example~[0-9a-f]{8}"), two);
        assertEquals(two, site("reversed.example").site());
        String apart = site("apart.example").site();
        assertTrue(apart.matches("mx\\.apart\\.example~[0-9a-f]{8}"), apart);
        assertNotEquals(two, apart);
    }

    @Test
    void aPolicyNamesTheSite() {
        policies.with(new SiteFor("smtp", "one.example"), "the-one");
        assertEquals("the-one", site("one.example").site());
        assertEquals("mx.one.example", site("one.example").hops().getFirst().host());
        policies.failing(new SiteFor("smtp", "two.example"), "file gone");
        assertInstanceOf(Resolution.Unknown.class, smtp.resolve("two.example"));
    }

    @Test
    void timeToLiveIsBounded() {
        assertEquals(MapDns.TTL, site("one.example").ttl());
        assertEquals(Duration.ofHours(1), site("[192.0.2.7]").ttl());
    }

    @Test
    void partsComeOneAfterTheOther() {
        var site = site("two.example,[relay.example]:2525");
        assertEquals(3, site.hops().size());
        assertTrue(site.hops().get(2).preference() > site.hops().get(0).preference());
        assertTrue(site.hops().get(2).preference() > site.hops().get(1).preference());
        assertEquals(2525, site.hops().get(2).port());
    }

    @Test
    void lmtpHasNoExchangers() {
        var settings = ClientSettings.defaults("self.example");
        var lmtp = new Resolver("lmtp", false, dns, policies, settings);
        assertEquals("SITE one.example: one.example:25", shown(lmtp.resolve("one.example")));
        assertEquals("SITE unix:/run/lmtp: unix:/run/lmtp:25", shown(lmtp.resolve("unix:/run/lmtp")));
        // What stands in a recipient's address must not open a socket of this machine.
        assertEquals("UNROUTABLE 550 5.1.2", shown(smtp.resolve("unix:/run/lmtp")));
    }

    private Resolution.Site site(String destination) {
        return assertInstanceOf(Resolution.Site.class, smtp.resolve(destination));
    }
}

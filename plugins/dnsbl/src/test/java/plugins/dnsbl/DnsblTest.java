package plugins.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import mta.testkit.dns.FakeDns;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsblTest {

    private final FakeDns dns = new FakeDns();

    private Dnsbl plugin(int threshold, String... lists) {
        return new Dnsbl(dns, Settings.of(Dnsbl.Config.class, "lists", List.of(lists), "threshold", threshold));
    }

    private String rcpt(Dnsbl plugin, TestSession session) throws Exception {
        var result = Stages.rcpt(plugin, session.mail("a@b.example"), "c@d.example");
        return result.isNext() ? "next" : result.refusal().toString();
    }

    private String rcpt(Dnsbl plugin, String client) throws Exception {
        return rcpt(plugin, TestSession.from(client));
    }

    @Test
    void aListedClientIsRefused() throws Exception {
        dns.address("7.2.0.192.bl.example", "127.0.0.2").txt("7.2.0.192.bl.example", "See https://bl.example/?q\n");
        var plugin = plugin(1, "bl.example");
        assertEquals(
                "550 5.7.1 Client [192.0.2.7] is listed by bl.example; See https://bl.example/?q",
                rcpt(plugin, "192.0.2.7"));
        assertEquals("next", rcpt(plugin, "192.0.2.8"));
        assertEquals("next", rcpt(plugin(1), "192.0.2.7"), "without lists nobody is");
    }

    @Test
    void ipv6IsAskedByNibbles() throws Exception {
        String name = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example";
        assertEquals(name, DnsList.parse("bl.example").name(InetAddress.ofLiteral("2001:db8::1")));
        dns.address(name, "127.0.0.2");
        assertTrue(rcpt(plugin(1, "bl.example"), "2001:db8::1").startsWith("550 5.7.1 "));
    }

    @Test
    void weightsAreAdded() throws Exception {
        dns.address("7.2.0.192.a.example", "127.0.0.2")
                .address("7.2.0.192.b.example", "127.0.0.4")
                .address("7.2.0.192.good.example", "127.0.10.1")
                .address("8.2.0.192.a.example", "127.0.0.2");
        var plugin = plugin(3, "a.example", "b.example*2", "good.example*-2");
        assertEquals("next", rcpt(plugin, "192.0.2.7"));
        assertEquals("next", rcpt(plugin, "192.0.2.8"));
        dns.remove("7.2.0.192.good.example");
        assertEquals("550 5.7.1 Client [192.0.2.7] is listed by b.example", rcpt(plugin, "192.0.2.7"));
    }

    @ParameterizedTest
    @CsvSource({
        "bl.example, 127.0.0.2, true",
        "bl.example, 127.255.255.254, false", // not served
        "bl.example, 192.0.2.1, false", // somebody else's zone now
        "bl.example, ::1, false",
        "bl.example=127.0.0.[2..4], 127.0.0.4, true",
        "bl.example=127.0.0.[2..4], 127.0.0.5, false",
        "bl.example=127.0.[0..255].1, 127.0.9.1, true",
    })
    void whatAnAnswerMeans(String list, String answer, boolean listed) {
        assertEquals(listed, DnsList.parse(list).means(InetAddress.ofLiteral(answer)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bl example", "bl.example=127.0.0", "bl.example=127.0.0.2.3", "bl.example=x", "a*b", "a*1.5"
            })
    void mistakesAreSaid(String list) {
        assertThrows(IllegalArgumentException.class, () -> DnsList.parse(list));
    }

    @Test
    void aListThatIsAwaySaysNothing() throws Exception {
        dns.fail("7.2.0.192.a.example", "timeout").address("7.2.0.192.b.example", "127.0.0.2");
        assertEquals("next", rcpt(plugin(1, "a.example"), "192.0.2.7"));
        assertTrue(rcpt(plugin(1, "a.example", "b.example"), "192.0.2.7").startsWith("550"));
    }

    @Test
    void ourOwnAndUsersAreNotAskedAbout() throws Exception {
        for (String name : List.of("1.0.0.127.bl.example", "1.0.0.10.bl.example", "7.2.0.192.bl.example")) {
            dns.address(name, "127.0.0.2");
        }
        var plugin = plugin(1, "bl.example");
        assertEquals("next", rcpt(plugin, "127.0.0.1"));
        assertEquals("next", rcpt(plugin, "10.0.0.1"));
        assertEquals("next", rcpt(plugin, TestSession.from("192.0.2.7").user("ann")));
    }

    @Test
    void aSessionIsAskedAboutOnce() throws Exception {
        dns.address("7.2.0.192.bl.example", "127.0.0.2");
        var session = TestSession.from("192.0.2.7");
        var plugin = plugin(1, "bl.example");
        assertTrue(rcpt(plugin, session).startsWith("550"));
        dns.remove("7.2.0.192.bl.example");
        assertTrue(rcpt(plugin, session).startsWith("550"));
        assertEquals("next", rcpt(plugin, "192.0.2.7"));
    }
}

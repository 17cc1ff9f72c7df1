package plugins.relaycontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.DomainFor;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestLookup;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayControlTest {

    private final TestLookup lookup = new TestLookup()
            .with(new DomainFor("hosted.example"), DomainFor.Role.LOCAL)
            .with(new DomainFor("backup.example"), DomainFor.Role.RELAY)
            .with(new DomainFor("closed.example"), DomainFor.Role.CLOSED)
            .failing(new DomainFor("unknown.example"), "directory away");

    private final RelayControl plugin = new RelayControl(
            lookup,
            Settings.of(
                    RelayControl.Config.class,
                    "networks",
                    List.of("127.0.0.0/8", "::1", "192.0.2.128/25", "2001:db8:1::/48", "::ffff:198.51.100.0/120"),
                    "domains",
                    List.of("Example.org", "*.sub.example", "bücher.example", "[203.0.113.9]")));

    private Result rcpt(TestSession session, String recipient) throws Exception {
        return Stages.rcpt(plugin, session.mail("a@b.example"), recipient);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.255.255.255, true",
        "::1, true",
        "192.0.2.128, true",
        "192.0.2.255, true",
        "192.0.2.127, false",
        "192.0.3.128, false",
        "2001:db8:1:ffff::1, true",
        "2001:db8:2::1, false",
        "::2, false",
        "::ffff:127.0.0.1, true", // IPv4 over an IPv6 socket
        "::ffff:192.0.2.1, false",
        "198.51.100.7, true",
        "198.51.101.7, false",
    })
    void networks(String client, boolean mayRelay) throws Exception {
        Result result = rcpt(TestSession.from(client), "somebody@elsewhere.example");
        assertEquals(mayRelay, result.isAccept(), client);
        if (!mayRelay) {
            assertEquals("550 5.7.1", result.refusal().toString().substring(0, 9));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user@example.org | 250",
                "user@EXAMPLE.ORG | 250",
                "user@below.example.org | 550 5.7.1", // exact means exact
                "user@sub.example | 550 5.7.1",
                "user@a.sub.example | 250",
                "user@b.a.sub.example | 250",
                "user@notsub.example | 550 5.7.1",
                "user@xsub.example | 550 5.7.1",
                "user@bücher.example | 250",
                "user@xn--bcher-kva.example | 250",
                "user@[203.0.113.9] | 250",
                "user@[203.0.113.8] | 550 5.7.1",
                "user@[127.0.0.1] | 550 5.7.1",
                "user@[.sub.example] | 550 5.7.1",
                "user@hosted.example | 250",
                "user@backup.example | 250",
                "user@closed.example | 550 5.7.1",
                "user@elsewhere.example | 550 5.7.1",
                "user@unknown.example | 451 4.3.0", // cannot tell is not no
                "postmaster | 550 5.1.3",
                "user | 550 5.1.3",
                // routes to elsewhere
                "user%elsewhere.example@example.org | 550 5.7.1",
                "elsewhere.example!user@example.org | 550 5.7.1",
                "\"user@elsewhere.example\"@example.org | 550 5.7.1",
                "user@elsewhere.example@example.org | 550 5.7.1",
                "@example.org:user@elsewhere.example | 550 5.7.1",
                "@elsewhere.example:user@example.org | 550 5.7.1",
                "\"user%elsewhere.example\"@hosted.example | 550 5.7.1",
                "user％elsewhere.example@example.org | 550 5.7.1",
                "user＠elsewhere.example@example.org | 550 5.7.1",
                "user﹫elsewhere.example@example.org | 550 5.7.1",
                "user@example.org. | 550 5.7.1",
                "user%elsewhere.example@unknown.example | 451 4.3.0",
                // no routes
                "SRS0=HHH=TT=elsewhere.example=user@example.org | 250",
                "user+tag@example.org | 250",
                "\"john doe\"@example.org | 250",
            })
    void strangers(String recipient, String expected) throws Exception {
        Result result = rcpt(TestSession.from("203.0.113.1").helo("client.example"), recipient);
        String got = result.isAccept() ? "250" : result.refusal().toString().substring(0, 9);
        assertEquals(expected, got, recipient);
        assertEquals(List.of(), result.edits());
    }

    @Test
    void usersMaySendToAnybodyUnlessToldOtherwise() throws Exception {
        assertTrue(rcpt(TestSession.from("203.0.113.1").user("ann"), "user@elsewhere.example")
                .isAccept());
        plugin.modified(Settings.of(RelayControl.Config.class, "authenticated", false));
        assertEquals(
                550,
                rcpt(TestSession.from("203.0.113.1").user("ann"), "user@elsewhere.example")
                        .refusal()
                        .code());
    }

    @Test
    void aRelayingClientMayUseRoutes() throws Exception {
        assertTrue(rcpt(TestSession.from("127.0.0.1"), "user%other.example@elsewhere.example")
                .isAccept());
    }

    @Test
    void aClientWithoutAnAddressIsAStranger() throws Exception {
        assertEquals(
                550,
                rcpt(TestSession.withoutAddress(), "user@elsewhere.example")
                        .refusal()
                        .code());
        assertTrue(rcpt(TestSession.withoutAddress(), "user@example.org").isAccept());
    }

    @Test
    void postmasterGoesWhereTheSettingSays() throws Exception {
        plugin.modified(Settings.of(RelayControl.Config.class, "postmaster", "admin@example.org"));
        var transaction = TestSession.from("203.0.113.1").mail("a@b.example");
        Result result = Stages.rcpt(plugin, transaction, "PostMaster");
        assertTrue(result.isAccept());
        assertEquals(List.of("replaceRecipient PostMaster -> [admin@example.org]"), result.edits());
        Recipient recipient = transaction.recipients().getFirst();
        assertEquals("rfc822;PostMaster", recipient.orcpt().orElseThrow());
        assertEquals(550, Stages.rcpt(plugin, transaction, "somebody").refusal().code());
    }

    @Test
    void byDefaultOnlyTheMachineItselfRelays() throws Exception {
        var fresh = new RelayControl(new TestLookup(), Settings.of(RelayControl.Config.class));
        assertTrue(Stages.rcpt(fresh, TestSession.from("::1").mail("a@b.example"), "c@d.example")
                .isAccept());
        for (String client : List.of("10.0.0.1", "192.168.1.1", "172.16.0.1", "fe80::1", "203.0.113.1")) {
            assertEquals(
                    550,
                    Stages.rcpt(fresh, TestSession.from(client).mail(""), "c@d.example")
                            .refusal()
                            .code(),
                    client);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "::/0",
                "10.1.2.3/8",
                "10/8",
                "10.0.0.0/33",
                "10.0.0.0/x",
                "host.example",
                "2001:db8::/129",
                "2001:db8::1/32",
                "",
                "/8",
                "10.0.0.0/-1",
                "256.0.0.0/8"
            })
    void badNetworksAreRefused(String network) {
        assertThrows(
                IllegalArgumentException.class,
                () -> plugin.modified(Settings.of(RelayControl.Config.class, "networks", List.of(network))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.", "a.*.example", "user@example.org", "*.[192.0.2.1]"})
    void badDomainsAreRefused(String domain) {
        assertThrows(
                IllegalArgumentException.class,
                () -> plugin.modified(Settings.of(RelayControl.Config.class, "domains", List.of(domain))));
    }

    @Test
    void badSettingsLeaveTheOldOnesInForce() throws Exception {
        assertThrows(
                IllegalArgumentException.class,
                () -> plugin.modified(Settings.of(RelayControl.Config.class, "domains", List.of("*"))));
        assertTrue(rcpt(TestSession.from("203.0.113.1"), "user@example.org").isAccept());
    }
}

package plugins.recipients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.plugins.api.Address;
import mta.plugins.api.Verdict;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.UserFor;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestLookup;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipientsTest {

    private final TestLookup lookup = new TestLookup()
            .with(new DomainFor("local.example"), DomainFor.Role.LOCAL)
            .with(new DomainFor("backup.example"), DomainFor.Role.RELAY)
            .with(new UserFor("ann@local.example"), new UserFor.User("ann@local.example", "", "", true))
            .with(new UserFor("ann+jobs@local.example"), new UserFor.User("jobs", "", "", false))
            .with(new UserFor("old@local.example"), new UserFor.User("old@local.example", "", "", false))
            .with(new UserFor("ann@named.example"), new UserFor.User("ann@named.example", "", "", true))
            .with(new AliasFor(Address.of("sales@local.example")), List.of(Address.of("ann@local.example")))
            .with(new AliasFor(Address.of("noreply@local.example")), List.of())
            .failing(new DomainFor("away.example"), "directory away")
            .failing(new UserFor("who@local.example"), "directory away")
            .failing(new AliasFor(Address.of("what@local.example")), "directory away");

    private Recipients plugin(Object... settings) {
        return new Recipients(lookup, Settings.of(Recipients.Config.class, settings));
    }

    private static String rcpt(Recipients plugin, TestSession session, String recipient) throws Exception {
        var result = Stages.rcpt(plugin, session.mail("a@b.example"), recipient);
        return result.isNext() ? "next" : result.refusal().toString().substring(0, 9);
    }

    @ParameterizedTest
    @CsvSource({
        "ann@local.example, next",
        "Ann@LOCAL.example, next",
        "ann+shop@local.example, next",
        "ann+jobs@local.example, 550 5.2.1", // the more exact name counts
        "+ann@local.example, 550 5.1.1",
        "old@local.example, 550 5.2.1",
        "eve@local.example, 550 5.1.1",
        "sales@local.example, next",
        "sales+x@local.example, next",
        "noreply@local.example, next", // an alias for nobody is there
        "postmaster@local.example, next", // RFC 5321 section 4.5.1
        "PostMaster@local.example, next",
        "anybody@backup.example, next",
        "anybody@elsewhere.example, next",
        "postmaster, next", // without a domain: relay-control's business
        "anybody@away.example, 451 4.3.0",
        "who@local.example, 451 4.3.0",
        "what@local.example, 451 4.3.0",
    })
    void recipients(String recipient, String expected) throws Exception {
        assertEquals(expected, rcpt(plugin(), TestSession.from("192.0.2.1"), recipient));
    }

    @Test
    void settings() throws Exception {
        var plugin = plugin("domains", List.of("Named.example"), "extension", "", "fold", false, "postmaster", false);
        var session = TestSession.from("192.0.2.1");
        assertEquals("next", rcpt(plugin, session, "ann@named.example"));
        assertEquals("550 5.1.1", rcpt(plugin, session, "eve@named.example"));
        assertEquals("550 5.1.1", rcpt(plugin, session, "Ann@named.example"));
        assertEquals("550 5.1.1", rcpt(plugin, session, "ann+shop@named.example"));
        assertEquals("550 5.1.1", rcpt(plugin, session, "postmaster@named.example"));
    }

    @Test
    void whoGuessesNamesIsSentAway() throws Exception {
        var plugin = plugin("mostUnknown", 2);
        var session = TestSession.from("192.0.2.1");
        assertEquals("550 5.1.1", rcpt(plugin, session, "a@local.example"));
        assertEquals("550 5.1.1", rcpt(plugin, session, "b@local.example"));
        assertEquals("next", rcpt(plugin, session, "ann@local.example"));
        var result = Stages.rcpt(plugin, session.mail("a@b.example"), "c@local.example");
        assertEquals("421 4.7.0", result.refusal().toString().substring(0, 9));
        assertTrue(((Verdict.Refuse) result.verdict()).close());
        assertEquals("550 5.1.1", rcpt(plugin, TestSession.from("192.0.2.1"), "c@local.example"), "another session");
    }
}

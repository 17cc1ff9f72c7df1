package plugins.aliases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import mta.plugins.api.Address;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestLookup;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;

class AliasesTest {

    private final TestLookup lookup = new TestLookup().with(new DomainFor("local.example"), DomainFor.Role.LOCAL);

    private void alias(String name, String... targets) {
        lookup.with(
                new AliasFor(Address.of(name)),
                Arrays.stream(targets).map(Address::of).toList());
    }

    private Result rcpt(String recipient, Object... settings) throws Exception {
        var plugin = new Aliases(lookup, Settings.of(Aliases.Config.class, settings));
        return Stages.rcpt(plugin, TestSession.from("192.0.2.1").mail("a@b.example"), recipient);
    }

    private String edit(String recipient, Object... settings) throws Exception {
        Result result = rcpt(recipient, settings);
        assertTrue(result.isNext(), () -> result.verdict().toString());
        return String.join("; ", result.edits());
    }

    @Test
    void anAliasIsReplaced() throws Exception {
        alias("sales@local.example", "ann@local.example", "bob@far.example");
        assertEquals(
                "replaceRecipient sales@local.example -> [ann@local.example, bob@far.example]",
                edit("sales@local.example"));
        assertEquals("", edit("ann@local.example"), "no alias");
    }

    @Test
    void aliasesOfAliasesAreFollowedAndEachMailboxIsThereOnce() throws Exception {
        alias("all@local.example", "sales@local.example", "support@local.example", "eve@far.example");
        alias("sales@local.example", "ann@local.example", "bob@local.example");
        alias("support@local.example", "bob@local.example", "all@local.example");
        assertEquals(
                "replaceRecipient all@local.example -> [eve@far.example, ann@local.example, bob@local.example]",
                edit("all@local.example"));
    }

    @Test
    void onlyOurDomainsHaveAliases() throws Exception {
        alias("x@far.example", "y@far.example");
        alias("x@local.example", "x@far.example");
        assertEquals("", edit("x@far.example"));
        assertEquals("replaceRecipient x@local.example -> [x@far.example]", edit("x@local.example"));
        assertEquals(
                "replaceRecipient x@far.example -> [y@far.example]",
                edit("x@far.example", "domains", List.of("Far.example")));
    }

    @Test
    void aCopyMayStay() throws Exception {
        alias("ann@local.example", "ann@local.example", "ann@far.example");
        assertEquals(
                "replaceRecipient ann@local.example -> [ann@local.example, ann@far.example]",
                edit("ann@local.example"));
    }

    @Test
    void nobodyOnPurpose() throws Exception {
        alias("noreply@local.example");
        assertEquals("replaceRecipient noreply@local.example -> []", edit("noreply@local.example"));
        alias("nobody@local.example", "noreply@local.example");
        assertEquals("replaceRecipient nobody@local.example -> []", edit("nobody@local.example"));
    }

    @Test
    void aCircleIsNotACaseOfNobody() throws Exception {
        alias("a@local.example", "b@local.example");
        alias("b@local.example", "a@local.example");
        assertEquals("451 4.3.5", rcpt("a@local.example").refusal().toString().substring(0, 9));
    }

    @Test
    void limits() throws Exception {
        for (int i = 0; i < 11; i++) {
            alias("d" + i + "@local.example", "d" + (i + 1) + "@local.example");
        }
        assertEquals("replaceRecipient d1@local.example -> [d11@local.example]", edit("d1@local.example"));
        assertEquals("451 4.3.5", rcpt("d0@local.example").refusal().toString().substring(0, 9));
        alias(
                "many@local.example",
                IntStream.range(0, 5).mapToObj(i -> "m" + i + "@far.example").toArray(String[]::new));
        assertEquals(
                "451 4.3.5",
                rcpt("many@local.example", "most", 4).refusal().toString().substring(0, 9));
    }

    @Test
    void whatCannotBeToldIsAskedAgain() throws Exception {
        lookup.failing(new AliasFor(Address.of("ann@local.example")), "away");
        alias("sales@local.example", "ann@local.example", "bob@far.example");
        assertEquals("451 4.3.0", rcpt("ann@local.example").refusal().toString().substring(0, 9));
        assertEquals(
                "451 4.3.0", rcpt("sales@local.example").refusal().toString().substring(0, 9));
    }

    @Test
    void whatTheSenderWantsToHearStays() throws Exception {
        alias("sales@local.example", "ann@local.example");
        var plugin = new Aliases(lookup, Settings.of(Aliases.Config.class));
        var transaction = TestSession.from("192.0.2.1").mail("a@b.example");
        Stages.rcpt(
                plugin,
                transaction,
                new Recipient(
                        Address.of("sales@local.example"), Set.of(Notify.NEVER), Optional.empty(), java.util.Map.of()));
        Recipient ann = transaction.recipients().getFirst();
        assertEquals(Set.of(Notify.NEVER), ann.notifyOn());
        assertEquals(Optional.of("rfc822;sales@local.example"), ann.orcpt(), "RFC 3461 section 5.2.7.1");
    }
}

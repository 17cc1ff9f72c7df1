package plugins.headerrules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.core.metrics.Meters;
import mta.plugins.api.Verdict;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Records;
import mta.plugins.api.routing.Cause;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPlacement;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderRulesTest {

    private final List<LogRecord> told = new ArrayList<>();
    private final HeaderRules plugin = new HeaderRules(
            new Records() {
                @Override
                public void emit(LogRecord record) {
                    told.add(record);
                }

                @Override
                public boolean wanted(String kind) {
                    return true;
                }
            },
            new Meters());
    private int order;

    /** Adds a rule behind those before. */
    private void rule(String field, String action, Object... settings) {
        var all = new ArrayList<Object>(List.of("field", List.of(field.split(",")), "action", action));
        all.addAll(List.of(settings));
        all.addAll(List.of("order", ++order));
        plugin.put(Rule.of("rule" + order, Settings.of(ConfiguredRule.Config.class, all.toArray())));
    }

    private static TestMessage message(String header) {
        return TestMessage.of(header + "\n\nbody\n").to("friend@example.net");
    }

    private Result run(TestMessage message) throws Exception {
        return Stages.message(plugin, TestSession.from("192.0.2.7").mail("a@b.example"), message);
    }

    private String verdict(String header) throws Exception {
        Result result = run(message(header));
        return switch (result.verdict()) {
            case Verdict.Next next -> "next";
            case Verdict.Refuse refuse -> refuse.reply().toString();
            case Verdict.Hold hold -> "hold " + hold.reason();
            case Verdict.Discard discard -> "discard " + discard.reason();
            default -> throw new AssertionError(result.verdict());
        };
    }

    /** The header section behind it. */
    private String changed(String header) throws Exception {
        TestMessage message = message(header);
        assertTrue(run(message).isNext());
        String text = message.text();
        return text.substring(0, text.indexOf("\r\n\r\n")).replace("\r\n", "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "matches, viagra, 'Subject: Cheap VIAGRA here', true",
        "matches, (?-i)viagra, 'Subject: Cheap VIAGRA here', false",
        "matches, ^cheap, 'Subject: Cheap VIAGRA here', true",
        "matches, here$, 'Subject: Cheap VIAGRA here', true",
        "matches, 'one two', 'Subject: one\n two', true", // RFC 5322 section 2.2.3: unfolding
        "matches, viagra, 'Comments: viagra', false",
        "matches, viagra, 'X: y', false",
        "unless, ^\\[list], 'Subject: [list] hello', false",
        "unless, ^\\[list], 'Subject: hello', true",
        "is, make money, 'Subject:   Make Money  ', true",
        "is, make money, 'Subject: make money fast', false",
        "longerThan, 40, 'Subject: short', false",
        "longerThan, 40, 'Subject: long long long long long long long long long', true",
        "matches, caf\u00e9, 'Subject: Caf\u00e9', true", // RFC 6532: raw UTF-8
    })
    void conditions(String key, String value, String header, boolean hit) throws Exception {
        rule("subject", "refuse", key, value);
        assertEquals(hit ? "550 5.7.1 Message refused (rule1)" : "next", verdict(header));
    }

    @Test
    void allConditionsOfARuleHold() throws Exception {
        rule("From", "refuse", "matches", "@bank\\.example", "unless", "service@", "longerThan", "25");
        assertTrue(verdict("From: \"Your Bank\" <x@bank.example>").startsWith("550 "));
        assertEquals("next", verdict("From: \"Your Bank\" <service@bank.example>"));
        assertEquals("next", verdict("From: x@bank.example"));
    }

    @Test
    void fieldsThatAreThereOrNotOrTooOften() throws Exception {
        rule("Message-ID", "refuse", "absent", true, "text", "554 5.6.0 No Message-ID");
        rule("X-Bad,X-Worse", "hold");
        rule("From", "refuse", "moreThan", 1, "text", "550 5.7.7 More than one From (RFC 5322 section 3.6)");
        assertEquals("554 5.6.0 No Message-ID", verdict("From: a@b.example"));
        assertEquals("next", verdict("message-id: <1@b.example>\nFrom: a@b.example"));
        assertEquals("hold rule2", verdict("Message-ID: <1@b.example>\nx-worse: yes"));
        assertEquals(
                "550 5.7.7 More than one From (RFC 5322 section 3.6)",
                verdict("Message-ID: <1@b.example>\nFrom: a@b.example\nFrom: b@b.example"));
    }

    @Test
    void theWholeFieldAsPostfixSeesIt() throws Exception {
        rule("*", "refuse", "wholeField", true, "matches", "^content-(type|disposition):.*name\\s*=.*\\.(exe|scr)");
        assertTrue(verdict("Content-Disposition: attachment;\n\tfilename=\"run.EXE\"")
                .startsWith("550 "));
        assertEquals("next", verdict("Subject: filename=run.exe"));
    }

    @ParameterizedTest
    @CsvSource({
        "=?utf-8?B?Q2hlYXAgdmlhZ3Jh?=, true",
        "=?iso-8859-1?Q?Cheap_vi=61gra?=, true",
        "=?utf-8?Q?Cheap_via?= =?utf-8?Q?gra?=, true", // RFC 2047 section 6.2: no space between encoded words
        "=?utf-8?B?not base64 viagra, true",
        "=?utf-8?B?###?=, false",
        "=?no-such-charset?Q?viagra?=, true",
    })
    void encodedWordsAreDecodedOnDemand(String subject, boolean hit) throws Exception {
        rule("Subject", "refuse", "matches", "viagra", "decode", true);
        assertEquals(hit, verdict("Subject: " + subject).startsWith("550"));
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "=?utf-8?Q?caf=C3=A9?=, caf\u00e9",
        "=?UTF-8?q?caf=C3?= =?utf-8?Q?=A9?=, caf\u00e9", // a character in two words
        "=?iso-8859-1*de?Q?caf=E9?=, caf\u00e9", // RFC 2231 section 5
        "a =?utf-8?Q?b?= c =?utf-8?Q?d?=, a b c d",
        "=?utf-8?Q?a?= =?iso-8859-1?Q?b?=, ab",
        "=?utf-8?Q?a_b=3F?=, a b?",
        "=?utf-8?B?YQ==?=b, ab",
        "=?utf-8?Q?a=4?=, =?utf-8?Q?a=4?=",
        "=?utf-8?Q?a=zz?=, =?utf-8?Q?a=zz?=",
        "=?utf-8?X?a?=, =?utf-8?X?a?=",
        "=?utf-8?Q??=, ''",
    })
    void encodedWords(String text, String decoded) {
        assertEquals(decoded, EncodedWords.decode(text));
    }

    @Test
    void notDecodedUnlessAskedFor() throws Exception {
        rule("Subject", "refuse", "matches", "viagra");
        assertEquals("next", verdict("Subject: =?utf-8?B?Q2hlYXAgdmlhZ3Jh?="));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 550 5.7.1 Message refused (rule1)",
        "No such thing here, 550 5.7.1 No such thing here",
        "451 4.7.1 Later, 451 4.7.1 Later",
        "554 gone, 554 5.7.1 gone",
        "250 fine, 550 5.7.1 250 fine", // a text like any other
        "'No $1, $$5', '550 5.7.1 No casino, $5'",
    })
    void refusals(String text, String reply) throws Exception {
        rule("Subject", "refuse", "matches", "(casino|lottery)", "text", text);
        assertEquals(reply, verdict("Subject: casino"));
    }

    /** What a stranger wrote must not write replies of its own. */
    @Test
    void repliesStayOneLineOfAscii() throws Exception {
        rule("Subject", "refuse", "matches", "(?s)(.*)", "text", "No: $1");
        String reply = verdict("Subject: a\u0007b \u00fc " + "x".repeat(2000));
        assertTrue(reply.startsWith("550 5.7.1 No: a b ?"), reply);
        assertTrue(reply.length() < 512, reply);
        assertTrue(reply.matches("[ -~]*"), reply);
    }

    @Test
    void theFirstRuleThatFitsHasTheField() throws Exception {
        rule("Subject", "skip", "matches", "^\\[list]");
        rule("Subject", "hold", "matches", "casino", "text", "bet");
        rule("Subject", "discard", "matches", "casino");
        assertEquals("next", verdict("Subject: [list] casino"));
        assertEquals("hold bet", verdict("Subject: casino"));
    }

    @Test
    void unlessItLetsOthersSeeIt() throws Exception {
        rule("Subject", "hold", "matches", "casino", "goOn", true);
        rule("Subject", "discard", "matches", "casino", "text", "gone");
        assertEquals("discard gone", verdict("Subject: casino"));
    }

    @Test
    void orderIsTheSettingsAndThenTheName() {
        for (String name : List.of("b", "a")) {
            plugin.put(
                    Rule.of(name, Settings.of(ConfiguredRule.Config.class, "field", List.of("X"), "action", "hold")));
        }
        plugin.put(Rule.of(
                "z", Settings.of(ConfiguredRule.Config.class, "field", List.of("X"), "action", "hold", "order", 1)));
        assertEquals(
                List.of("z", "a", "b"),
                plugin.rules().all().stream().map(Rule::name).toList());
        plugin.remove("a");
        assertEquals(
                List.of("z", "b"), plugin.rules().all().stream().map(Rule::name).toList());
    }

    @Test
    void fieldsAreChanged() throws Exception {
        rule("Subject", "replace", "matches", "^(.*)$", "text", "[checked] $1");
        assertEquals("From: a@b.example\nSubject: [checked] hello", changed("From: a@b.example\nSubject: hello"));
    }

    @Test
    void manyChangesAtOnceHitTheRightFields() throws Exception {
        rule("Received", "remove", "matches", "10\\.");
        rule("X-Old", "replace", "matches", "(.*)", "name", "X-New", "text", "was $1");
        rule("X-Mark", "add", "name", "X-Before", "text", "see below");
        rule("X-Mark", "remove");
        rule("Date", "add", "absent", true, "name", "X-No-Date", "text", "true");
        assertEquals(
                String.join(
                        "\n",
                        "Received: from outside",
                        "X-New: was one",
                        "X-Before: see below",
                        "X-Mark: 1",
                        "Received: from elsewhere",
                        "X-New: was two",
                        "X-Before: see below",
                        "X-Mark: 2",
                        "To: x@y.example",
                        "X-No-Date: true"),
                changed(String.join(
                        "\n",
                        "Received: by 10.0.0.1",
                        "Received: from outside",
                        "X-Old: one",
                        "Received: by 10.0.0.2",
                        "X-Mark: 1",
                        "Received: from elsewhere",
                        "X-Old: two",
                        "X-Mark: 2",
                        "Received: by 10.0.0.3",
                        "To: x@y.example")));
    }

    @Test
    void anAddedFieldAndARemovedOne() throws Exception {
        rule("X-Mark", "add", "name", "X-Before", "text", "1", "goOn", true);
        rule("X-Mark", "remove");
        assertEquals("A: 1\nX-Before: 1\nB: 2", changed("A: 1\nX-Mark: x\nB: 2"));
    }

    @Test
    void whatAStrangerWroteStaysInItsField() throws Exception {
        rule("Subject", "add", "matches", "(?s)(.*)", "name", "X-Copy", "text", "$1");
        TestMessage message = message("Subject: a\u0001b\n c");
        run(message);
        assertEquals("a b c", message.headers().first("X-Copy").orElseThrow());
    }

    @Test
    void recipients() throws Exception {
        rule("X-Spam-Flag", "redirect", "is", "yes", "text", "spam@example.net");
        rule("Subject", "bcc", "matches", "invoice", "text", "archive@example.net");
        TestMessage message = message("X-Spam-Flag: YES\nSubject: Invoice 7");
        run(message);
        assertEquals(
                List.of("spam@example.net", "archive@example.net"),
                message.envelope().recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList());
    }

    @Test
    void anAddressFromTheFieldMayBeNone() throws Exception {
        rule("X-Copy-To", "bcc", "matches", "(.*)", "text", "$1");
        TestMessage message = message("X-Copy-To: nobody at all");
        assertTrue(run(message).isNext());
        assertEquals(1, message.envelope().recipients().size());
    }

    @Test
    void notesAndRecords() throws Exception {
        rule("X-Mailer", "note", "matches", "(.*)", "name", "mailer", "text", "$1", "goOn", true);
        rule("X-Mailer", "log", "matches", "bulk", "text", "bulk mailer");
        TestMessage message = message("X-Mailer: Bulk 1.0");
        run(message);
        assertEquals(Optional.of("Bulk 1.0"), message.notes().find("mailer"));
        var event = assertInstanceOf(LogRecord.Event.class, told.getFirst());
        assertEquals("X-Mailer: Bulk 1.0", event.values().get("field"));
        assertEquals("bulk mailer", event.values().get("text"));
    }

    @Test
    void mailIsPlaced() throws Exception {
        rule("X-Campaign", "campaign", "matches", "(.*)", "text", "$1");
        rule("List-Id", "priority", "text", "8");
        rule("X-Tenant", "tenant", "matches", "(.*)", "text", "$1");
        rule("Precedence", "pool", "is", "bulk", "text", "bulk");
        TestMessage message =
                message("X-Campaign: spring-26\nList-Id: <l.example>\nX-Tenant: not a name\nPrecedence: bulk");
        assertTrue(run(message).isNext());
        var placement = new TestPlacement();
        assertTrue(Stages.place(plugin, message, placement, Cause.RECEIVED).isNext());
        assertEquals("spring-26", placement.campaign());
        assertEquals(8, placement.priority());
        assertEquals(Optional.of("bulk"), placement.pool());
        assertEquals("default", placement.tenant(), "a stranger's word that can be no name changes nothing");
    }

    /** A priority that is no number, mail that came in by SMTP without the stage message. */
    @Test
    void mailOfOtherWaysInIsPlacedByItsFields() throws Exception {
        rule("X-Priority", "priority", "matches", "(.*)", "text", "$1");
        rule("X-Route", "route", "text", "[192.0.2.1]:2525");
        TestMessage message = message("X-Priority: urgent\nX-Route: yes");
        var placement = new TestPlacement();
        Stages.place(plugin, message, placement, Cause.RECEIVED);
        assertEquals(Optional.empty(), placement.route());
        Stages.place(plugin, message, placement, Cause.INJECTED);
        assertEquals(Optional.of("[192.0.2.1]:2525"), placement.route());
        assertEquals(5, placement.priority());
    }

    /** Exponential for engines that go back; here it takes no longer than the text is long. */
    @Test
    void noPatternIsCatastrophic() throws Exception {
        rule("Subject", "refuse", "matches", "^(a+)+(a+)+(a|aa)+$");
        assertEquals("next", verdict("Subject: " + "a".repeat(50_000) + "!"));
    }

    @Test
    void theDeadlineEndsIt() throws Exception {
        rule("Subject", "hold");
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> run(message("Subject: x")));
        assertFalse(Thread.interrupted());
    }

    @ParameterizedTest
    @CsvSource({
        "matches, (, matches: missing closing",
        "matches, (?=x), matches: ",
        "matches, (a)\\1, matches: ",
        "unless, [z-a], unless: ",
        "field, 'two words', field: ",
        "text, $1, text: $1 is no group",
        "action, bounce, action: one of ",
        "longerThan, long, a size",
    })
    void mistakesAreSaid(String key, String value, String begins) {
        Object given = key.equals("field") ? List.of(value) : value;
        var all = new ArrayList<Object>();
        if (!key.equals("field")) {
            all.addAll(List.of("field", List.of("Subject")));
        }
        if (!key.equals("action")) {
            all.addAll(List.of("action", "refuse"));
        }
        all.addAll(List.of(key, given));
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> Rule.of("wrong", Settings.of(ConfiguredRule.Config.class, all.toArray())));
        assertTrue(refusal.getMessage().startsWith(begins), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "refuse, 550 4.7.1 mixed, ''",
        "redirect, nobody, ''",
        "bcc, '', ''",
        "add, x, ''",
        "add, x, 'Not a name'",
        "replace, x, 'a:b'",
        "tenant, two words, ''",
        "campaign, '', ''",
        "priority, 11, ''",
        "route, '', ''",
    })
    void textsThatCannotWork(String action, String text, String name) {
        assertThrows(IllegalArgumentException.class, () -> rule("Subject", action, "text", text, "name", name));
    }

    @Test
    void absenceCombinesWithNothing() {
        assertThrows(IllegalArgumentException.class, () -> rule("Subject", "refuse", "absent", true, "matches", "x"));
        assertThrows(IllegalArgumentException.class, () -> rule("*", "refuse", "absent", true));
        assertThrows(IllegalArgumentException.class, () -> rule("Subject", "remove", "absent", true));
    }

    @Test
    void theVerb(@TempDir Path directory) throws Exception {
        rule("Subject", "refuse", "matches", "(casino)", "text", "No $1");
        rule("Date", "hold", "absent", true);
        var command = new HeaderRulesCommand(plugin);
        Path file = directory.resolve("message.eml");
        Files.writeString(file, "From: a@b.example\nSubject: the\n casino\n\nSubject: casino\n");
        Table hits =
                assertInstanceOf(Table.class, command._main(new String[] {"header-rules", "test", file.toString()}));
        assertEquals(List.of(List.of("rule1", "refuse", "550 5.7.1 No casino", 1, "Subject: the casino")), hits.rows());
        assertEquals("2 fields, 1 hit", hits.note());
        Files.writeString(file, "Subject: hello\r\n\r\n");
        hits = assertInstanceOf(Table.class, command._main(new String[] {"test", file.toString()}));
        assertEquals(List.of(List.of("rule2", "hold", "", 1, "(absent)")), hits.rows());
        Table list = assertInstanceOf(Table.class, command._main(new String[] {"list"}));
        assertEquals(2, list.rows().size());
        for (String words : List.of("test " + directory.resolve("none"), "test", "bogus")) {
            assertInstanceOf(Refusal.class, command._main(words.split(" ")));
        }
    }

    @Test
    void onANode(@TempDir Path directory) throws Exception {
        rule("Subject", "replace", "matches", "^test$", "text", "tested");
        rule("From", "campaign", "matches", "<(.*)@", "text", "$1");
        rule("From", "refuse", "matches", "never@", "text", "550 5.7.1 Not from there");
        try (TestNode node = TestNode.builder(directory)
                .plugin("header-rules", plugin)
                .binding("rules", "header-rules", "Reception", "message")
                .binding("places", "header-rules", "Routing", "place")
                .start()) {
            assertTrue(node.send("spring@b.example", "friend@example.net").startsWith("250 "));
            Reception reception = node.records(Reception.class).getFirst();
            assertEquals("spring", reception.campaign());
            plugin.remove("rule2");
            assertEquals("550 5.7.1 Not from there", node.send("never@b.example", "friend@example.net"));
        }
    }
}

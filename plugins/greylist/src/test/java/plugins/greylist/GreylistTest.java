package plugins.greylist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.core.metrics.Meters;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Reception;
import mta.plugins.api.log.Records;
import mta.plugins.api.log.Rejection;
import mta.plugins.api.smtp.End;
import mta.testkit.node.ManualClock;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreylistTest {

    private static final String WAIT = "451 4.7.1 Greylisted, try again in 300 seconds";
    private static final String BOX = "box@here.example";

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final Meters meters = new Meters();
    private final List<Greylist> open = new ArrayList<>();

    private Greylist.Config config(Object... settings) {
        var all = new ArrayList<Object>(List.of(
                "file", directory.resolve("greylist").toString(), "hostname", "mx.here.example", "clients", List.of()));
        all.addAll(List.of(settings));
        return Settings.of(Greylist.Config.class, all.toArray());
    }

    private Greylist plugin(Object... settings) {
        var plugin = new Greylist(meters, config(settings), clock);
        open.add(plugin);
        return plugin;
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Greylist plugin : open) {
            plugin.close();
        }
    }

    private static TestSession client() {
        return TestSession.from("192.0.2.7");
    }

    /** What a recipient is told, and the transaction. */
    private record Told(String reply, TestTransaction transaction) {}

    private static Told rcpt(Greylist plugin, TestSession session, String sender, String recipient) throws Exception {
        TestTransaction transaction = session.mail(sender);
        Result result = Stages.rcpt(plugin, transaction, recipient);
        assertTrue(result.isNext(), "others decide whether there is such a recipient");
        return new Told(
                transaction.pending().isEmpty()
                        ? "ok"
                        : transaction.pending().getFirst().toString(),
                transaction);
    }

    private static String rcpt(Greylist plugin, TestSession session) throws Exception {
        return rcpt(plugin, session, "a@b.example", BOX).reply();
    }

    @Test
    void waitsAndPasses() throws Exception {
        Greylist plugin = plugin();
        assertEquals(WAIT, rcpt(plugin, client()));
        clock.advance(Duration.ofSeconds(100));
        assertEquals("451 4.7.1 Greylisted, try again in 200 seconds", rcpt(plugin, client()));
        assertEquals(WAIT, rcpt(plugin, TestSession.from("192.0.3.7")), "another network");
        clock.advance(Duration.ofSeconds(200));
        Told told = rcpt(plugin, TestSession.from("192.0.2.8"), "A@b.example", "Box@here.example");
        assertEquals("ok", told.reply(), "the same network, another machine");
        Stages.data(plugin, told.transaction());
        assertEquals(
                List.of("X-Greylist: delayed 300 seconds by mx.here.example; Mon, 5 Jan 2026 09:05:00 +0000"),
                told.transaction().prepended().stream()
                        .map(field -> field.name() + ": " + field.value())
                        .toList());
        told = rcpt(plugin, client(), "a@b.example", BOX);
        assertEquals("ok", told.reply());
        Stages.data(plugin, told.transaction());
        assertEquals(List.of(), told.transaction().prepended(), "only what has waited says so");
    }

    @Test
    void withoutTheHeader() throws Exception {
        Greylist plugin = plugin("header", false);
        rcpt(plugin, client());
        clock.advance(Duration.ofSeconds(300));
        Told told = rcpt(plugin, client(), "a@b.example", BOX);
        Stages.data(plugin, told.transaction());
        assertEquals(List.of(), told.transaction().prepended());
    }

    /** Who asks whether an address exists, with the null sender, stops at RCPT and must not be told to come back. */
    @Test
    void theNullSenderWaitsAtData() throws Exception {
        Greylist plugin = plugin();
        Told told = rcpt(plugin, client(), "", BOX);
        assertEquals("ok", told.reply());
        assertEquals(
                WAIT, Stages.data(plugin, client().mail("").to(BOX)).refusal().toString());
        clock.advance(Duration.ofSeconds(300));
        TestTransaction again = client().mail("").to(BOX);
        assertTrue(Stages.data(plugin, again).isNext());
        assertTrue(again.prepended().getFirst().value().startsWith("delayed 300 seconds by "));
        plugin.end(again, End.COMMITTED);
        assertEquals(1, plugin.register().counts().clients());
    }

    @Test
    void aClientThatDeliveredOftenIsKnown() throws Exception {
        Greylist plugin = plugin("deliveries", 2);
        for (String sender : List.of("one@b.example", "two@b.example")) {
            rcpt(plugin, client(), sender, BOX);
            clock.advance(Duration.ofHours(2));
            Told told = rcpt(plugin, client(), sender, BOX);
            assertEquals("ok", told.reply());
            plugin.end(told.transaction(), End.COMMITTED);
        }
        assertEquals("ok", rcpt(plugin, client(), "three@b.example", BOX).reply());
        assertEquals(
                WAIT,
                rcpt(plugin, TestSession.from("192.0.2.8"), "three@b.example", BOX)
                        .reply(),
                "its neighbour");
    }

    @ParameterizedTest
    @CsvSource({"REFUSED", "DISCARDED", "RESET", "LOST"})
    void whatIsNotTakenIsNoDelivery(End how) throws Exception {
        Greylist plugin = plugin("deliveries", 1);
        rcpt(plugin, client());
        clock.advance(Duration.ofSeconds(300));
        plugin.end(rcpt(plugin, client(), "a@b.example", BOX).transaction(), how);
        assertEquals(0, plugin.register().counts().clients());
    }

    @Test
    void usersAndThoseWithoutAnAddressDoNotWait() throws Exception {
        Greylist plugin = plugin();
        assertEquals("ok", rcpt(plugin, client().user("ann")));
        assertEquals("ok", rcpt(plugin, TestSession.withoutAddress()));
        assertEquals(0, plugin.register().counts().waiting());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, '', a@b.example, box@here.example, false",
        "198.51.100.1, '', a@b.example, box@here.example, true",
        "2001:db8::1, '', a@b.example, box@here.example, true",
        "192.0.2.7, mx.good.example, a@b.example, box@here.example, true",
        "192.0.2.7, MX.Good.example, a@b.example, box@here.example, true",
        "192.0.2.7, notgood.example, a@b.example, box@here.example, false",
        "192.0.2.7, '', any@partner.example, box@here.example, true",
        "192.0.2.7, '', any@sub.partner.example, box@here.example, true",
        "192.0.2.7, '', Boss@b.example, box@here.example, true",
        "192.0.2.7, '', boss@c.example, box@here.example, false",
        "192.0.2.7, '', a@b.example, PostMaster@here.example, true",
        "192.0.2.7, '', a@b.example, open@here.example, true",
        "192.0.2.7, '', a@b.example, open+x@here.example, true",
        "192.0.2.7, '', a@b.example, open@there.example, false",
    })
    void exemptions(String client, String name, String sender, String recipient, boolean exempt) throws Exception {
        Greylist plugin = plugin(
                "clients", List.of("198.51.100.0/24", "2001:db8::1", ".good.example"),
                "senders", List.of("partner.example", "boss@b.example"),
                "recipients", List.of("postmaster@", "open@here.example"));
        TestSession session = TestSession.from(client);
        if (!name.isEmpty()) {
            session.remoteName(name);
        }
        assertEquals(
                exempt ? "ok" : WAIT, rcpt(plugin, session, sender, recipient).reply());
    }

    @Test
    void theTextIsTheOperators() throws Exception {
        Greylist plugin = plugin("text", "Come back in %s s, see https://here.example/?%r");
        assertEquals("451 4.7.1 Come back in 300 s, see https://here.example/?here.example", rcpt(plugin, client()));
    }

    @ParameterizedTest
    @CsvSource({
        "delay, soon",
        "delay, 0",
        "retryWindow, 1m",
        "clients, 192.0.2.1/24",
        "clients, not a name",
        "senders, @b.example",
        "recipients, a b",
        "text, 'a\nb'",
    })
    void mistakesAreSaid(String key, String value) {
        Object given = List.of("clients", "senders", "recipients").contains(key) ? List.of(value) : value;
        assertThrows(IllegalArgumentException.class, () -> plugin(key, given));
    }

    @Test
    void aRestartForgetsNothing() throws Exception {
        Greylist first = plugin();
        rcpt(first, client());
        rcpt(first, client(), "second@b.example", BOX);
        first.close();
        clock.advance(Duration.ofSeconds(300));
        Greylist second = plugin();
        assertEquals("ok", rcpt(second, client()));
        second.save();
        // Killed: what comes next finds the file as it is, the last line half written
        Files.writeString(directory.resolve("greylist"), "T\t192.0", StandardOpenOption.APPEND);
        Greylist third = plugin();
        assertEquals(new Register.Counts(1, 1, 0), third.register().counts());
        assertEquals("ok", rcpt(third, client(), "second@b.example", BOX).reply());
    }

    @Test
    void theFileStaysSmall() throws Exception {
        Greylist plugin = plugin("maxEntries", 100, "maxPerNetwork", 100);
        for (int i = 0; i < 200; i++) {
            for (int sender = 0; sender < 100; sender++) {
                rcpt(plugin, client(), "user" + (char) ('a' + i % 26) + "x".repeat(sender) + "@b.example", BOX);
            }
            clock.advance(Duration.ofHours(2));
            plugin.save();
        }
        assertTrue(Files.size(directory.resolve("greylist")) < (2 << 20));
    }

    /** A disk that is full refuses nobody's mail for good, and when there is room again all is written. */
    @Test
    void aFileThatCannotBeWrittenStopsNoMail() throws Exception {
        Path blocked = directory.resolve("blocked");
        Files.createDirectories(blocked.resolve("in the way"));
        Greylist plugin = plugin("file", blocked.toString());
        assertEquals(WAIT, rcpt(plugin, client()));
        plugin.save();
        assertTrue(plugin.trouble().isPresent());
        clock.advance(Duration.ofSeconds(300));
        assertEquals("ok", rcpt(plugin, client()));
        Files.delete(blocked.resolve("in the way"));
        Files.delete(blocked);
        plugin.save();
        assertTrue(plugin.trouble().isEmpty());
        plugin.close();
        assertEquals(1, plugin("file", blocked.toString()).register().counts().passed());
    }

    @Test
    void aFileOfSomebodyElseIsNoReasonNotToStart() throws Exception {
        Files.writeString(directory.resolve("greylist"), "what is this\n\0\1\n");
        assertEquals(WAIT, rcpt(plugin(), client()));
    }

    @Test
    void settingsChangeWhileItRuns() throws Exception {
        Greylist plugin = plugin();
        rcpt(plugin, client());
        plugin.modified(
                config("delay", "1m", "file", directory.resolve("elsewhere").toString()));
        clock.advance(Duration.ofSeconds(60));
        assertEquals("ok", rcpt(plugin, client()));
        plugin.save();
        assertTrue(Files.size(directory.resolve("elsewhere")) > 0);
    }

    @Test
    void theVerb() throws Exception {
        Greylist plugin = plugin();
        rcpt(plugin, client());
        rcpt(plugin, client(), "a@c.example", BOX);
        clock.advance(Duration.ofSeconds(300));
        plugin.end(rcpt(plugin, client(), "a@c.example", BOX).transaction(), End.COMMITTED);
        var told = new ArrayList<LogRecord>();
        var command = new GreylistCommand(plugin, new Records() {
            @Override
            public void emit(LogRecord record) {
                told.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        });
        Table summary = assertInstanceOf(Table.class, command.greylist(new String[] {"summary"}));
        assertEquals(List.of(1, 1, 1, 0L), summary.rows().getFirst().subList(0, 4));
        Table all = assertInstanceOf(Table.class, command.greylist(new String[] {"list"}));
        assertEquals(
                List.of(List.of("waiting", "a@b.example"), List.of("passed", "a@c.example")),
                all.rows().stream().map(row -> List.of(row.get(0), row.get(2))).toList());
        assertEquals(
                1,
                assertInstanceOf(Table.class, command.greylist(new String[] {"list", "C.example"}))
                        .rows()
                        .size());
        assertEquals(
                List.of("192.0.2.7", 1L),
                assertInstanceOf(Table.class, command.greylist(new String[] {"clients"}))
                        .rows()
                        .getFirst()
                        .subList(0, 2));
        assertEquals("2 forgotten", command.greylist(new String[] {"forget", "192.0.2.0/24"}));
        assertEquals("1 forgotten", command.greylist(new String[] {"forget", "192.0.2.7"}));
        assertEquals(2, told.size());
        assertInstanceOf(Refusal.class, command.greylist(new String[] {"forget", "x.example"}));
        for (String words : List.of("", "forget", "bogus", "list a b")) {
            assertInstanceOf(Refusal.class, command.greylist(words.split(" ")));
        }
        assertEquals(new Register.Counts(0, 0, 0), plugin.register().counts());
    }

    /** On a whole node: who is not there is told so at once, who is there waits, comes back and is taken. */
    @Test
    void onANode() throws Exception {
        Greylist plugin = plugin();
        try (TestNode node = TestNode.builder(directory.resolve("spool"))
                .plugin("greylist", plugin)
                .binding("greylist", "greylist", "Reception", "rcpt", "data", "end")
                .start()) {
            assertEquals(WAIT, node.send("a@b.example", BOX));
            assertEquals(
                    "greylist",
                    node.records(Rejection.class).getFirst().plugin().orElseThrow());
            clock.advance(Duration.ofSeconds(300));
            assertTrue(node.send("a@b.example", BOX).startsWith("250 "));
            assertEquals(1, node.records(Reception.class).size());
            node.await(
                    "the delivery is counted", () -> plugin.register().counts().clients() == 1);
            assertTrue(node.send("", BOX).startsWith("451 4.7.1 Greylisted"));
        }
    }
}

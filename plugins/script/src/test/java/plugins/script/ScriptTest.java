package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Verdict;
import mta.plugins.api.smtp.Reception;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a script's functions see and give. */
class ScriptTest {

    @TempDir
    Path temporary;

    private Fixture fixture;
    private final TestTransaction transaction = TestSession.from("192.0.2.1")
            .helo("client.example")
            .mail("a@b.example")
            .to("first@d.example");

    @BeforeEach
    void prepare() throws Exception {
        fixture = new Fixture(temporary);
    }

    private Reception rcpt(String body) throws Exception {
        return reception("rcpt(tx, to) { " + body + " }");
    }

    private Reception reception(String functions) throws Exception {
        String text = "export default { name: 't', api: 1, config: { delay: '5m', n: 3 }, reception: { " + functions
                + " } };";
        return fixture.load("t.mjs", text).implement(Reception.class);
    }

    private Result run(String body) throws Exception {
        return Stages.rcpt(rcpt(body), transaction, "c@d.example");
    }

    @Test
    void nothingIsNoOpinion() throws Exception {
        assertTrue(run("").isNext());
        assertTrue(run("return null").isNext());
        assertTrue(run("return mta.next()").isNext());
    }

    @Test
    void aStringRefuses() throws Exception {
        assertEquals(
                "550 5.7.1 Not here",
                run("return '550 5.7.1 Not here'").refusal().toString());
    }

    @Test
    void verdictsAreMadeByMta() throws Exception {
        assertTrue(run("return mta.accept()").isAccept());
        assertEquals(
                new Verdict.Accept(Verdict.Scope.SESSION),
                run("return mta.accept('session')").verdict());
        assertEquals(
                "451 4.7.1 Later",
                run("return mta.refuse('451 4.7.1 Later')").refusal().toString());
        var refused = (Verdict.Refuse)
                run("return mta.refuse('421 4.7.0 Bye', { close: true })").verdict();
        assertTrue(refused.close());
        assertEquals(new Verdict.Hold("odd"), run("return mta.hold('odd')").verdict());
        assertEquals(
                new Verdict.Discard("junk"), run("return mta.discard('junk')").verdict());
    }

    @ParameterizedTest
    @CsvSource({"42", "true", "{}", "'no reply'", "'250 2.0.0 Fine'", "[1]", "tx"})
    void whatIsNoVerdictIsAnError(String value) throws Exception {
        String text = value.startsWith("'") || !value.contains(" ") ? value : "'" + value + "'";
        assertThrows(ScriptFailure.class, () -> run("return " + text));
    }

    @Test
    void aThrowIsAnErrorWithItsPlace() throws Exception {
        var thrown = assertThrows(ScriptFailure.class, () -> run("\n  throw new Error('database away')"));
        assertTrue(thrown.getMessage().startsWith("t.mjs:2:"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("database away"), thrown.getMessage());
    }

    @Test
    void objectsHaveTheMethodsOfJava() throws Exception {
        Result result = run("""
                const s = tx.session();
                const seen = [s.id(), s.listener(), s.helo(), s.user(), s.tls(), s.remote().getAddress().getHostAddress(),
                    tx.sender().address().toString(), String(to.address()), to.address().domain(), to.notifyOn().length,
                    tx.sender().body(), tx.sender().priority(), tx.recipients()[0].address().localPart(),
                    s.remote().getAddress().network(24)];
                tx.notes().put('seen', seen.map(x => x === null ? 'null' : x));
                tx.notes().put('deep', { list: [1, 2.5, { x: true }] });
                """);
        assertTrue(result.isNext());
        assertEquals(
                Optional.of(List.of(
                        "session-1",
                        "mx",
                        "client.example",
                        "null",
                        "null",
                        "192.0.2.1",
                        "a@b.example",
                        "c@d.example",
                        "d.example",
                        0L,
                        "SEVEN_BIT",
                        "null",
                        "first",
                        "192.0.2.0")),
                transaction.notes().find("seen"));
        assertEquals(
                "{list=[1, 2.5, {x=true}]}",
                transaction.notes().find("deep").orElseThrow().toString());
    }

    @Test
    void notesReadBackAsValues() throws Exception {
        transaction.notes().with("other", "score", 4.5).with("other", "names", List.of("a", "b"));
        assertEquals("550 5.7.1 4.5 a,b", run("""
                return `550 5.7.1 ${tx.notes().find('other', 'score')} ${tx.notes().find('other', 'names').join()}`
                """).refusal().toString());
    }

    @Test
    void editsTakeStringsObjectsAndViews() throws Exception {
        Result result = run("""
                tx.addRecipient('x@y.example');
                tx.addRecipient({ address: 'z@y.example', notifyOn: ['NEVER'] });
                tx.replaceRecipient(to, [to.withAddress('q@y.example')]);
                tx.prependHeader({ name: 'X-Spam', value: 'no' });
                tx.prependHeader(mta.header('X-Other', 'ä'));
                tx.replaceSender(tx.sender().withAddress('new@b.example'));
                tx.pend('451 4.7.1 Later');
                return mta.accept();
                """);
        assertTrue(result.isAccept());
        assertEquals(
                List.of("first@d.example", "x@y.example", "z@y.example", "q@y.example"),
                transaction.recipients().stream()
                        .map(each -> each.address().toString())
                        .toList());
        assertEquals(
                Optional.of("rfc822;c@d.example"),
                transaction.recipients().getLast().orcpt());
        assertEquals("new@b.example", transaction.sender().address().toString());
        assertEquals(2, transaction.prepended().size());
        assertEquals("451 4.7.1 Later", transaction.pending().getFirst().toString());
    }

    @Test
    void aMisspeltMemberOfAnObjectIsAnError() throws Exception {
        var thrown = assertThrows(ScriptFailure.class, () -> run("tx.addRecipient({ adress: 'z@y.example' })"));
        assertTrue(thrown.getMessage().contains("Recipient has no adress; it has address"), thrown.getMessage());
    }

    @Test
    void asyncFunctionsAreSettledWhenTheyReturn() throws Exception {
        assertEquals(
                "550 5.7.1 x",
                Stages.rcpt(
                                reception(
                                        "async rcpt(tx, to) { await null; await Promise.resolve(1); return '550 5.7.1 x' }"),
                                transaction,
                                "c@d.example")
                        .refusal()
                        .toString());
        var pending = assertThrows(ScriptFailure.class, () -> run("return new Promise(() => {})"));
        assertTrue(pending.getMessage().contains("pending"), pending.getMessage());
        var rejected = assertThrows(
                ScriptFailure.class,
                () -> Stages.rcpt(reception("async rcpt() { throw new Error('away') }"), transaction, "c@d.example"));
        assertTrue(rejected.getMessage().contains("away"), rejected.getMessage());
    }

    @Test
    void stagesNotExportedKeepTheirDefault() throws Exception {
        Reception plugin = rcpt("return mta.accept()");
        assertEquals(Verdict.NEXT, plugin.data(transaction));
        plugin.end(transaction, mta.plugins.api.smtp.End.RESET);
    }

    @Test
    void thisIsTheGroup() throws Exception {
        assertEquals(
                "550 5.1.1 mine",
                Stages.rcpt(
                                reception("_text() { return '550 5.1.1 mine' }, rcpt() { return this._text() }"),
                                transaction,
                                "c@d.example")
                        .refusal()
                        .toString());
    }

    @Test
    void configurationHidesTheScriptsOwn() throws Exception {
        assertEquals(
                "550 5.7.1 5m 3 null",
                run("return `550 5.7.1 ${mta.config('delay')} ${mta.config('n')} ${mta.config('other')}`")
                        .refusal()
                        .toString());
        fixture.config.put("delay", "9m");
        assertEquals(
                "550 5.7.1 9m",
                run("return `550 5.7.1 ${mta.config('delay')}`").refusal().toString());
    }

    @Test
    void dnsTellsNothingFromCannotTell() throws Exception {
        assertEquals(
                "550 5.7.1 10 mx.example.org 192.0.2.1 mail.example.org 0",
                run("""
                const mx = mta.dns.mx('example.org')[0];
                return `550 5.7.1 ${mx.preference} ${mx.host} ${mta.dns.addresses(mx.host).length ? '' :
                    mta.dns.addresses('example.org')[0]} ${mta.dns.ptr('192.0.2.1')[0]} ${mta.dns.txt('none.example').length}`
                """).refusal().toString());
        assertThrows(ScriptFailure.class, () -> run("mta.dns.txt('broken.example')"));
    }

    @Test
    void lookupTellsNotFoundFromCannotTell() throws Exception {
        fixture.lookup
                .with(new mta.plugins.api.policy.Table("blocked", "d.example"), "yes")
                .failing(new mta.plugins.api.policy.Table("blocked", "e.example"), "directory away");
        assertEquals(
                "550 5.7.1 yes null",
                run("return `550 5.7.1 ${mta.lookup('blocked', to.address().domain())} ${mta.lookup('blocked', 'x')}`")
                        .refusal()
                        .toString());
        var thrown = assertThrows(ScriptFailure.class, () -> run("mta.lookup('blocked', 'e.example')"));
        assertTrue(thrown.getMessage().contains("directory away"), thrown.getMessage());
    }

    @Test
    void stateCountsAndForgets() throws Exception {
        assertEquals("550 5.7.1 1 2 7 a a true null 1", run("""
                const s = mta.state('x');
                const all = [s.incr('n', '1h'), s.incr('n', '1h'), s.incr('n', '1h', 5), s.putIfAbsent('k', 'a', '1h'),
                    s.putIfAbsent('k', 'b', '1h')];
                s.put('flag', true); all.push(s.get('flag'));
                s.remove('flag'); all.push(s.get('flag'));
                s.remove('k'); s.put('gone', 1, '0');
                all.push(s.get('gone') === null ? s.size() : 'still there');
                return '550 5.7.1 ' + all.map(String).join(' ')
                """).refusal().toString());
    }

    @Test
    void eventsReachTheRecords() throws Exception {
        run("mta.records.emit('Scored', { score: 5, why: 'x', bad: false })");
        assertEquals("Scored", fixture.events.getFirst().kind());
        assertFalse(fixture.events.getFirst().toString().isEmpty());
    }
}

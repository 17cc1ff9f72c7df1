package plugins.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.UserFor;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import mta.testkit.plugin.TestPlacement;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each hook point, with a script that does what such plugins do. */
class PointsTest {

    @TempDir
    Path temporary;

    private Fixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new Fixture(temporary);
    }

    private Script script(String groups) throws Exception {
        return fixture.load("p.mjs", "export default { name: 'p', api: 1, " + groups + " };");
    }

    @Test
    void reception() throws Exception {
        Reception plugin = script("""
                reception: {
                  helo(session, name, capabilities) { capabilities.announce('XFUN'); capabilities.withdraw('SIZE') },
                  message(tx, message) {
                    if (/viagra/i.test(message.body().text())) return mta.hold('spam');
                    message.headers().prepend({ name: 'X-Scanned', value: message.headers().first('Subject') });
                  },
                  reply(session, command, reply) { return reply.code() === 550 ? '550 5.7.1 Nicer' : null },
                  stream(tx, content) { let n = 0; for (let p; (p = content.read(3)) !== null; ) n += p.length; return '550 5.7.1 ' + n },
                }""").implement(Reception.class);
        var session = TestSession.from("192.0.2.1");
        var capabilities = new mta.testkit.plugin.TestCapabilities(session, "SIZE 10");
        Stages.helo(plugin, session, "x", capabilities);
        assertEquals(List.of("XFUN"), capabilities.lines());
        var tx = session.mail("a@b.example");
        assertEquals(
                new Verdict.Hold("spam"),
                Stages.message(plugin, tx, TestMessage.of("Subject: x\n\nbuy Viagra\n"))
                        .verdict());
        var fine = TestMessage.of("Subject: x\n\nhello\n");
        assertTrue(Stages.message(plugin, tx, fine).isNext());
        assertTrue(fine.text().startsWith("X-Scanned: x"), fine.text());
        assertEquals(
                Optional.of(Reply.parse("550 5.7.1 Nicer")),
                plugin.reply(session, Optional.empty(), Reply.parse("550 5.1.1 No")));
        assertEquals(Optional.empty(), plugin.reply(session, Optional.empty(), Reply.parse("250 2.0.0 Ok")));
        var in = new java.io.ByteArrayInputStream(new byte[10]);
        assertEquals("550 5.7.1 10", Stages.stream(plugin, tx, in).refusal().toString());
    }

    @Test
    void routing() throws Exception {
        Routing plugin = script("""
                routing: {
                  place(m, p, why) {
                    if (why === 'LOADED') return;
                    p.tenant(m.headers().first('X-Tenant') ?? 'none').priority(2).notBefore('2026-05-06T07:08:09Z');
                    if (p.tenant() === 'default') p.expires(new Date(0));
                  },
                  split(m) { const all = m.envelope().recipients(); return all.length > 1 ? all.map(r => [r]) : null },
                }""").implement(Routing.class);
        var message = TestMessage.of("X-Tenant: shop\n\nx").to("a@b.example").to("c@d.example");
        var placement = new TestPlacement();
        Stages.place(plugin, message, placement, Cause.RECEIVED);
        assertEquals("shop", placement.tenant());
        assertEquals(2, placement.priority());
        assertEquals(Optional.of(Instant.parse("2026-05-06T07:08:09Z")), placement.notBefore());
        assertEquals(Optional.of(Instant.EPOCH), placement.expires());
        assertEquals(
                List.of(List.of(Recipient.of("a@b.example")), List.of(Recipient.of("c@d.example"))),
                plugin.split(message).orElseThrow());
    }

    @Test
    void delivery() throws Exception {
        Delivery plugin = script("""
                delivery: {
                  ready(a) { if (a.number() === 1 && a.path().site() === 'slow.example') return mta.later('1h', '451 4.7.0 Slowly') },
                  response(a, to, got) { if (got.code() === 452) return '552 5.2.2 Full' },
                  retry(a, to, got, next) { return mta.later(new Date(next.getTime() + 1000)) },
                  resolve(transport, destination) {
                    return destination === 'x.example'
                      ? { type: 'Site', site: 'x', hops: [{ host: 'h', addresses: ['192.0.2.9'], port: 25, preference: 1 }], ttl: '5m' }
                      : null },
                  done(a, to, fate) { mta.records.emit('Done', { fate: fate.type(), code: fate.reply().code() }) },
                }""").implement(Delivery.class);
        var attempt = TestAttempt.first("smtp", TestMessage.of("x: y\n\nz").to("a@slow.example"));
        assertEquals(
                "451 4.7.0 Slowly",
                ((Verdict.Later) Stages.ready(plugin, attempt).verdict())
                        .reply()
                        .toString());
        var to = attempt.recipients().getFirst();
        assertEquals(
                "552 5.2.2 Full",
                Stages.response(plugin, attempt, to, "452 4.2.2 Full").refusal().toString());
        var next = Instant.parse("2026-05-06T07:08:09Z");
        var later = (Verdict.Later)
                Stages.retry(plugin, attempt, to, "451 4.2.2 x", next).verdict();
        assertEquals(next.plusSeconds(1), later.when());
        var site = (Resolution.Site) plugin.resolve("smtp", "x.example").orElseThrow();
        assertEquals(Duration.ofMinutes(5), site.ttl());
        assertEquals("192.0.2.9", site.hops().getFirst().addresses().getFirst().getHostAddress());
        assertEquals(Optional.empty(), plugin.resolve("smtp", "y.example"));
        plugin.done(attempt, to, new mta.plugins.api.delivery.Fate.Bounced(Reply.parse("550 5.1.1 No")));
        assertTrue(fixture.events.toString().contains("Bounced"), fixture.events.toString());
    }

    @Test
    void transportsKeepTheStateOfTheirChannels() throws Exception {
        Script script = script("""
                transport: { name: 'count', open(path, hops) {
                  let sent = 0;
                  return {
                    send(a) { sent++; return a.recipients().map(recipient => ({ recipient, reply: `250 2.0.0 ${path.site()} ${sent}` })) },
                    reusable() { return sent < 2 },
                    peer() { return 'there' },
                  } } }""");
        var transport = script.implement(Transport.class);
        assertEquals(Optional.of("count"), script.groups().getFirst().named());
        var attempt = TestAttempt.first(
                "count", TestMessage.of("x: y\n\nz").to("a@b.example").to("c@b.example"));
        var first = transport.open(attempt.path(), List.of(), TestPin.ONLY);
        var second = transport.open(attempt.path(), List.of(), TestPin.ONLY);
        var third = transport.open(attempt.path(), List.of(), TestPin.ONLY);
        assertEquals(
                "250 2.0.0 b.example 1", first.send(attempt).getFirst().reply().toString());
        assertTrue(first.reusable());
        assertEquals(
                "250 2.0.0 b.example 2", first.send(attempt).getLast().reply().toString());
        assertFalse(first.reusable());
        assertEquals(
                "250 2.0.0 b.example 1", second.send(attempt).getFirst().reply().toString());
        assertTrue(second.send(attempt).getFirst() instanceof Outcome.Delivered);
        assertEquals("there", third.peer());
        assertTrue(third.alive(Duration.ZERO), "the default of the interface");
        first.close();
        assertThrows(ScriptFailure.class, () -> first.send(attempt));
        second.close();
        third.close();
        assertTrue(transport.resolve("d.example") instanceof Resolution.Site);
    }

    @Test
    @SuppressWarnings("unchecked") // the group answers the query that it is asked for
    void policies() throws Exception {
        Script script = script("""
                policy: {
                  DomainFor(q) { return q.domain() === 'a.example' ? 'RELAY' : null },
                  UserFor(q) { return { value: { name: q.name(), secret: 's', enabled: true }, ttl: '7s' } },
                  AliasFor(q) { return ['x@y.example', 'z@y.example'] },
                  Table(q) { if (q.name() === 'broken') throw new Error('away'); return q.key().toUpperCase() },
                }""");
        var byQuery = new java.util.HashMap<Class<?>, Policy<?, ?>>();
        for (Group group : script.groups()) {
            var policy = (Policy<?, ?>) script.implement(group);
            assertEquals("p." + policy.query().getSimpleName(), group.plugin());
            byQuery.put(policy.query(), policy);
        }
        var domains = (Policy<DomainFor, DomainFor.Role>) byQuery.get(DomainFor.class);
        assertEquals(
                DomainFor.Role.RELAY,
                domains.find(new DomainFor("a.example")).orElseThrow().value());
        assertEquals(Optional.empty(), domains.find(new DomainFor("b.example")));
        var users = (Policy<UserFor, UserFor.User>) byQuery.get(UserFor.class);
        assertEquals(
                new Answer<>(new UserFor.User("u", "s", "", true), Duration.ofSeconds(7)),
                users.find(new UserFor("u")).orElseThrow());
        var aliases = (Policy<mta.plugins.api.policy.AliasFor, List<Address>>)
                byQuery.get(mta.plugins.api.policy.AliasFor.class);
        assertEquals(
                List.of(Address.of("x@y.example"), Address.of("z@y.example")),
                aliases.find(new mta.plugins.api.policy.AliasFor(Address.of("l@y.example")))
                        .orElseThrow()
                        .value());
        var tables = (Policy<mta.plugins.api.policy.Table, String>) byQuery.get(mta.plugins.api.policy.Table.class);
        assertEquals(
                "K",
                tables.find(new mta.plugins.api.policy.Table("t", "k"))
                        .orElseThrow()
                        .value());
        assertThrows(ScriptFailure.class, () -> tables.find(new mta.plugins.api.policy.Table("broken", "k")));
    }

    @Test
    void recordsAreTakenAndFormatted() throws Exception {
        Script script = script("""
                recordSink: { write(batch) { for (const r of batch) mta.records.emit('Copy', { kind: r.kind(), at: r.time().toISOString() }) } },
                recordFormat: { name: 'csv', format: r => [r.time().toISOString(), r.kind(), r.values().n].join(',') + '\\n' }""");
        var event = new LogRecord.Event(Instant.EPOCH, "Odd", Map.of("n", 5));
        script.implement(RecordSink.class).write(List.of(event, event));
        assertEquals(2, fixture.events.size());
        assertTrue(fixture.events.getFirst().toString().contains("Odd"));
        assertArrayEquals(
                "1970-01-01T00:00:00.000Z,Odd,5\n".getBytes(StandardCharsets.UTF_8),
                script.implement(RecordFormat.class).format(event));
    }

    @Test
    void mechanisms() throws Exception {
        SaslMechanism mechanism = script("""
                saslMechanism: { name: 'ANSWER', plaintext() { return false }, begin(session) {
                  let asked = false;
                  return { step(response, initial) {
                    const text = String.fromCharCode(...response);
                    if (!asked) { asked = true; return { type: 'Challenge', data: '6 x 7?' } }
                    return text === '42' ? { type: 'Success', user: 'deep' } : { type: 'Failure', user: text } } } } }""").implement(SaslMechanism.class);
        assertFalse(mechanism.plaintext());
        SaslMechanism.Exchange exchange = mechanism.begin(TestSession.from("192.0.2.1"));
        assertTrue(exchange.step(new byte[0], true) instanceof SaslMechanism.Step.Challenge);
        assertEquals(
                new SaslMechanism.Step.Success("deep"), exchange.step("42".getBytes(StandardCharsets.US_ASCII), false));
    }
}

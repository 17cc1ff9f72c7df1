package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Table;
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

/** Each script of docs/plugin-guide.md does what the guide says; the guide takes its text from the same files. */
class GuideTest {

    private static final Recipient FRIEND = Recipient.of("friend@example.net");

    @TempDir
    Path temporary;

    private Fixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new Fixture(temporary);
    }

    private Script script(String name) throws Exception {
        try (var in = GuideTest.class.getResourceAsStream("/guide/" + name)) {
            return fixture.load(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void reception() throws Exception {
        Reception plugin = script("subject-keeper.mjs").implement(Reception.class);
        var nameless = TestSession.from("192.0.2.1");
        assertEquals(450, Stages.connect(plugin, nameless).refusal().code());
        var tx = TestSession.from("192.0.2.1").remoteName("client.example").mail("a@b.example");
        var message = TestMessage.of("From: a@b.example\n\nHello\n");
        assertTrue(Stages.message(plugin, tx, message).isNext());
        assertEquals(Optional.of("(none)"), message.headers().first("Subject"));
        assertEquals(Optional.of("added"), tx.notes().find("subject"));
        assertEquals(
                new Verdict.Hold("no From"),
                Stages.message(plugin, tx, TestMessage.of("\nHello\n")).verdict());
    }

    @Test
    void routing() throws Exception {
        Routing plugin = script("bulk.mjs").implement(Routing.class);
        var message = TestMessage.of("Precedence: bulk\n\nHello\n").to(FRIEND);
        var placement = new TestPlacement();
        Stages.place(plugin, message, placement, Cause.RECEIVED);
        assertEquals("bulk", placement.campaign());
        assertEquals(9, placement.priority());
        Stages.seal(plugin, message);
        assertTrue(message.text().startsWith("X-Sealed: "), message.text());
        assertEquals(Optional.empty(), plugin.split(message));
        for (int i = 0; i < 100; i++) {
            message.to("r" + i + "@example.net");
        }
        assertEquals(101, plugin.split(message).orElseThrow().size());
    }

    @Test
    void delivery() throws Exception {
        Delivery plugin = script("verp.mjs").implement(Delivery.class);
        var attempt = TestAttempt.first(
                "smtp", TestMessage.of("\nHello\n").from("list@example.org").to(FRIEND));
        Stages.envelope(plugin, attempt);
        assertEquals(
                "list+friend=example.net@example.org",
                attempt.message().envelope().sender().address().toString());
        Instant next = Instant.parse("2026-01-02T03:04:05Z");
        assertTrue(Stages.retry(plugin, attempt, FRIEND, "452 4.2.2 Full", next).isNext());
        var fourth = new TestAttempt(4, attempt.message(), "default", "", "example.net", attempt.path());
        assertEquals(
                552,
                Stages.retry(plugin, fourth, FRIEND, "452 4.2.2 Full", next)
                        .refusal()
                        .code());
        plugin.done(attempt, FRIEND, new Fate.Bounced(Reply.parse("550 5.1.1 No")));
        assertEquals("Verp", fixture.events.getFirst().kind());
    }

    @Test
    void transport() throws Exception {
        var bodies = new ArrayList<String>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mail", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(bodies.size() == 1 ? 200 : 503, -1);
            exchange.close();
        });
        server.start();
        try {
            Transport plugin = script("http-post.mjs").implement(Transport.class);
            TestAttempt first = TestAttempt.first(
                    "http-post", TestMessage.of("Subject: x\n\nHello\n").to(FRIEND));
            var attempt = new TestAttempt(
                    1,
                    first.message(),
                    "default",
                    "",
                    "127.0.0.1:" + server.getAddress().getPort(),
                    first.path());
            try (Transport.Channel channel = plugin.open(attempt.path(), List.of(), TestPin.ONLY)) {
                assertInstanceOf(Outcome.Delivered.class, channel.send(attempt).getFirst());
                assertEquals("Subject: x\r\n\r\nHello\r\n", bodies.getFirst());
                assertInstanceOf(Outcome.Transient.class, channel.send(attempt).getFirst());
                assertTrue(channel.reusable());
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    @SuppressWarnings("unchecked") // the group answers the query that it is named after
    void policy() throws Exception {
        Script script = script("partners.mjs");
        var policy = (Policy<Table, String>) script.implement(script.groups().getFirst());
        var answer = policy.find(new Table("partners", "example.net")).orElseThrow();
        assertEquals("2024", answer.value());
        assertEquals(Duration.ofMinutes(5), answer.ttl());
        assertTrue(policy.find(new Table("partners", "x.example")).isEmpty());
        assertTrue(policy.find(new Table("others", "example.net")).isEmpty());
    }

    @Test
    void records() throws Exception {
        Script script = script("retries.mjs");
        var leg = new Leg("default", "", "example.net", "smtp", "example.net", "default", "");
        var record = new Delivered(
                Instant.EPOCH, "1", "a@b.example", "c@d.example", leg, 2, Reply.parse("250 2.0.0 Ok"), Duration.ZERO);
        script.implement(RecordSink.class).write(List.of(record, record));
        assertEquals(
                "1970-01-01T00:00:00.000Z Delivered\n",
                new String(script.implement(RecordFormat.class).format(record), StandardCharsets.UTF_8));
    }

    @Test
    void saslMechanism() throws Exception {
        fixture.lookup.with(new Table("tokens", "t0p"), "somebody");
        SaslMechanism.Exchange exchange =
                script("x-token.mjs").implement(SaslMechanism.class).begin(TestSession.from("192.0.2.1"));
        assertInstanceOf(SaslMechanism.Step.Challenge.class, exchange.step(new byte[0], true));
        assertEquals(
                new SaslMechanism.Step.Success("somebody"),
                exchange.step("t0p".getBytes(StandardCharsets.US_ASCII), false));
        assertInstanceOf(
                SaslMechanism.Step.Failure.class, exchange.step("x".getBytes(StandardCharsets.US_ASCII), false));
    }
}

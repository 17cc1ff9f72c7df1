package guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.admin.Table;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Wire;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.log.Leg;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.routing.Cause;
import mta.plugins.api.smtp.SaslMechanism;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestLookup;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import mta.testkit.plugin.TestPlacement;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;

/** Each example of the guide does what the guide says. */
class ExamplesTest {

    private static final Recipient FRIEND = Recipient.of("friend@example.net");

    // guide: test
    @Test
    void reception() throws Exception {
        var session = TestSession.from("192.0.2.1").remoteName("client.example").helo("client.example");
        var transaction = session.mail("somebody@example.org").to("friend@example.net");
        var message = TestMessage.of("From: somebody@example.org\n\nHello\n");

        Result result = Stages.message(new SubjectKeeper(), transaction, message);

        assertTrue(result.isNext());
        assertEquals("(none)", message.headers().first("Subject").orElseThrow());
        assertEquals(Optional.of("added"), transaction.notes().find("subject"));
    }
    // guide: end

    @Test
    void receptionRefusesAndHolds() throws Exception {
        var nameless = TestSession.from("192.0.2.1");
        assertEquals(
                450, Stages.connect(new SubjectKeeper(), nameless).refusal().code());
        Result held = Stages.message(new SubjectKeeper(), nameless.mail("a@b.example"), TestMessage.of("\nHello\n"));
        assertEquals(Verdict.hold("no From"), held.verdict());
    }

    @Test
    void routing() throws Exception {
        var message = TestMessage.of("Precedence: bulk\n\nHello\n").to("friend@example.net");
        var placement = new TestPlacement();
        Stages.place(new Bulk(), message, placement, Cause.RECEIVED);
        assertEquals("bulk", placement.campaign());
        assertEquals(9, placement.priority());
        Stages.seal(new Bulk(), message);
        assertTrue(message.text().startsWith("X-Sealed: "));
        assertEquals(Optional.empty(), new Bulk().split(message));
        for (int i = 0; i < 100; i++) {
            message.to("r" + i + "@example.net");
        }
        assertEquals(101, new Bulk().split(message).orElseThrow().size());
    }

    @Test
    void delivery() throws Exception {
        var seen = new ArrayList<LogRecord>();
        var plugin = new Verp(new Records() {
            @Override
            public void emit(LogRecord record) {
                seen.add(record);
            }

            @Override
            public boolean wanted(String kind) {
                return true;
            }
        });
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
        assertEquals("Verp", seen.getFirst().kind());
    }

    @Test
    void transport() throws Exception {
        var status = new AtomicInteger(200);
        var bodies = new ArrayList<String>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mail", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        var plugin = new HttpPost();
        try {
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
                status.set(503);
                assertInstanceOf(Outcome.Transient.class, channel.send(attempt).getFirst());
                status.set(410);
                assertInstanceOf(Outcome.Permanent.class, channel.send(attempt).getFirst());
            }
        } finally {
            plugin.deactivate();
            server.stop(0);
        }
    }

    @Test
    void policy() throws Exception {
        var query = new mta.plugins.api.policy.Table("partners", "example.net");
        assertEquals("2024", new Partners().find(query).orElseThrow().value());
        assertTrue(new Partners()
                .find(new mta.plugins.api.policy.Table("others", "example.net"))
                .isEmpty());
    }

    @Test
    void recordSinkAndVerb() {
        var leg = new Leg("default", "", "example.net", "smtp", "example.net", "default", "");
        Reply reply = Reply.parse("250 2.0.0 Ok");
        var plugin = new Retries();
        plugin.write(List.of(
                new Delivered(Instant.EPOCH, "1", "a@b.example", "c@d.example", leg, 1, reply, Duration.ZERO),
                new Delivered(Instant.EPOCH, "2", "a@b.example", "c@d.example", leg, 3, reply, Duration.ZERO)));
        var answer = assertInstanceOf(Table.class, plugin.retries(new String[0]));
        assertEquals(List.<Object>of(2L, 1L), answer.rows().getFirst());
    }

    @Test
    void recordFormat() {
        var event = new LogRecord.Event(Instant.EPOCH, "Odd", Map.of("said", "\"x\"\ny"));
        assertEquals(
                "1970-01-01T00:00:00Z,Odd,\"\"\"x\"\" y\"\n",
                new String(new Csv().format(event), StandardCharsets.UTF_8));
    }

    @Test
    void saslMechanism() throws Exception {
        var lookup = new TestLookup().with(new mta.plugins.api.policy.Table("tokens", "t0p"), "somebody");
        var exchange = new TokenMechanism(lookup).begin(TestSession.from("192.0.2.1"));
        assertInstanceOf(SaslMechanism.Step.Challenge.class, exchange.step(new byte[0], true));
        assertEquals(
                new SaslMechanism.Step.Success("somebody"),
                exchange.step("t0p".getBytes(StandardCharsets.UTF_8), false));
        assertInstanceOf(SaslMechanism.Step.Failure.class, exchange.step("x".getBytes(StandardCharsets.UTF_8), false));
    }

    @Test
    void protocolAndIo() throws Exception {
        var wire = new MemoryWire("hello");
        new Daytime().serve(wire, null);
        assertTrue(wire.out.toString(StandardCharsets.US_ASCII).endsWith("Z\r\n"));
        var counted = new Counted();
        Wire wrapped = counted.wrap(wire, Endpoint.tcp("127.0.0.1", 25), Io.Side.ACCEPTED);
        assertEquals("hello", new String(wrapped.in().readAllBytes(), StandardCharsets.US_ASCII));
        assertEquals(5, counted.octets.sum());
    }

    @Test
    void aHookPointOfItsOwn() throws Exception {
        try (var hooks = new HookRunner(record -> {}, InstantSource.system())) {
            var plugin = new Languages(hooks);
            hooks.register(
                    Language.class,
                    new Language() {
                        @Override
                        public Optional<String> detect(Message message) {
                            return message.headers().first("Subject").map(_ -> "de");
                        }
                    },
                    Map.of("mta.plugin", "guess"));
            var transaction = TestSession.from("192.0.2.1").mail("a@b.example");
            var message = TestMessage.of("Subject: Hallo\n\nHallo\n");
            assertEquals(Optional.empty(), hooks.bind(List.of()));
            Stages.message(plugin, transaction, message);
            assertTrue(message.headers().all("Content-Language").isEmpty(), "without a binding nobody is asked");
            assertEquals(Optional.empty(), hooks.bind(List.of(Binding.of("guess", "guess", "Language", "detect"))));
            Stages.message(plugin, transaction, message);
            assertEquals(Optional.of("de"), message.headers().first("Content-Language"));
        }
    }

    /** One end of a connection, in memory. */
    private static final class MemoryWire implements Wire {

        private final InputStream in;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        MemoryWire(String incoming) {
            in = new ByteArrayInputStream(incoming.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public InetSocketAddress local() {
            return InetSocketAddress.createUnresolved("memory", 0);
        }

        @Override
        public InetSocketAddress remote() {
            return InetSocketAddress.createUnresolved("memory", 0);
        }

        @Override
        public void readTimeout(Duration timeout) {}

        @Override
        public void close() {}
    }
}

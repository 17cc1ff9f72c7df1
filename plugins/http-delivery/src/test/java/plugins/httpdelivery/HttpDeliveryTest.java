package plugins.httpdelivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.testkit.node.TestNode;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TestAttempt;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestPin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the JDK's own HTTP server, on loopback. */
class HttpDeliveryTest {

    private interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final List<Map<String, String>> heads = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = status(202);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mail", exchange -> {
            try (exchange) {
                var head = new HashMap<String, String>();
                exchange.getRequestHeaders()
                        .forEach((name, values) -> head.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                heads.add(head);
                behaviour.answer(exchange);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Behaviour status(int status, String... fields) {
        return exchange -> {
            for (int i = 0; i < fields.length; i += 2) {
                exchange.getResponseHeaders().set(fields[i], fields[i + 1]);
            }
            byte[] text = ("it says\n" + status).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
        };
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mail";
    }

    private static HttpDelivery plugin(Object... settings) {
        var given = new ArrayList<Object>();
        var entries = new HashMap<String, Object>();
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i].toString().startsWith("headers.")) {
                entries.put(settings[i].toString(), settings[i + 1]);
            } else {
                given.addAll(List.of(settings[i], settings[i + 1]));
            }
        }
        return new HttpDelivery(
                Settings.of(HttpDelivery.Config.class, given.toArray()), entries, InstantSource.system());
    }

    private List<Outcome> send(HttpDelivery plugin, TestMessage message) throws IOException {
        var path = TestAttempt.path("http", url());
        var attempt = new TestAttempt(2, message, "acme", "spring", "dest.example", path);
        try (var channel = plugin.open(path, List.of(), TestPin.ONLY)) {
            assertTrue(channel.reusable());
            return channel.send(attempt);
        }
    }

    private static TestMessage message() {
        return TestMessage.of("Subject: x\n\nbody\n")
                .from("s@x.example")
                .to("a@b.example")
                .to("c@d.example");
    }

    @Test
    void aMessageIsOnePost() throws Exception {
        List<Outcome> outcomes = send(plugin("headers.Authorization", "Bearer secret"), message());
        assertEquals(2, outcomes.size());
        outcomes.forEach(outcome -> assertInstanceOf(Outcome.Delivered.class, outcome));
        assertEquals("250 2.0.0 HTTP 202", outcomes.getFirst().reply().toString());
        assertEquals(List.of("Subject: x\r\n\r\nbody\r\n"), bodies);
        var head = heads.getFirst();
        assertEquals("message/rfc822", head.get("content-type"));
        assertEquals("Bearer secret", head.get("authorization"));
        assertEquals(
                "{\"id\":\"0TESTMESSAGE0\",\"sender\":\"s@x.example\",\"recipients\":[\"a@b.example\",\"c@d.example\"],"
                        + "\"tenant\":\"acme\",\"campaign\":\"spring\",\"attempt\":2}",
                head.get("mta-envelope"));
        assertFalse(head.containsKey("webhook-signature"));
    }

    @Test
    void theEnvelopeIsAsciiWhateverTheAddresses() throws Exception {
        send(plugin(), TestMessage.of("Subject: x\n\n").from("").to("\"q\\\"uote\"@bücher.example"));
        String envelope = heads.getFirst().get("mta-envelope");
        assertTrue(envelope.contains("\"sender\":\"\""), envelope);
        assertTrue(envelope.contains("[\"\\\"q\\\\\\\"uote\\\"@b\\u00fccher.example\"]"), envelope);
    }

    @Test
    void recipientsBeyondTheLimitArePostedAgainAndJudgedForThemselves() throws Exception {
        behaviour = exchange -> status(
                        exchange.getRequestHeaders().getFirst("Mta-Envelope").contains("c@d.example") ? 503 : 200)
                .answer(exchange);
        List<Outcome> outcomes = send(plugin("maxRecipients", 1), message());
        assertEquals(2, bodies.size());
        assertInstanceOf(Outcome.Delivered.class, outcomes.getFirst());
        assertInstanceOf(Outcome.Transient.class, outcomes.getLast());
    }

    @Test
    void theSameRecipientsHaveTheSameIdAtEachTry() throws Exception {
        var plugin = plugin();
        send(plugin, message());
        send(plugin, message());
        send(plugin, TestMessage.of("Subject: x\n\nbody\n").from("s@x.example").to("c@d.example"));
        assertEquals(heads.get(0).get("webhook-id"), heads.get(1).get("webhook-id"));
        assertFalse(heads.get(0).get("webhook-id").equals(heads.get(2).get("webhook-id")));
    }

    @Test
    void aPostIsSignedAsStandardWebhooksAre() throws Exception {
        byte[] key = "a key of some octets".getBytes(StandardCharsets.US_ASCII);
        send(plugin("secret", "whsec_" + Base64.getEncoder().encodeToString(key)), message());
        var head = heads.getFirst();
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = head.get("webhook-id") + "." + head.get("webhook-timestamp") + "." + bodies.getFirst();
        assertEquals(
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))),
                head.get("webhook-signature"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', 250 2.0.0 HTTP 200",
        "204, '', 250 2.0.0 HTTP 204",
        "301, '', 451 4.3.0 HTTP 301: it says 301",
        "400, '', 554 5.3.0 HTTP 400: it says 400",
        "401, '', 451 4.7.0 HTTP 401: it says 401",
        "404, '', 451 4.3.0 HTTP 404: it says 404",
        "410, '', 554 5.3.0 HTTP 410: it says 410",
        "413, '', 554 5.3.4 HTTP 413: it says 413",
        "422, '', 554 5.3.0 HTTP 422: it says 422",
        "429, '', 451 4.3.0 HTTP 429: it says 429",
        "500, '', 451 4.3.0 HTTP 500: it says 500",
        "503, '', 451 4.3.0 HTTP 503: it says 503",
        // the far side's own words
        "200, 550 5.1.1 No such user, 550 5.1.1 No such user",
        "404, 550 5.1.1 No such user, 550 5.1.1 No such user",
        "500, 250 2.0.0 Have it all the same, 250 2.0.0 Have it all the same",
        "503, 354 Go on, 451 4.3.0 HTTP 503: it says 503",
        "503, nonsense, 451 4.3.0 HTTP 503: it says 503",
    })
    void whatAnAnswerMeans(int status, String said, String reply) throws Exception {
        var answers = new Answers(java.util.Set.of(400, 410, 413, 415, 422, 451));
        assertEquals(reply, answers.reply(status, said, "it says\n" + status).toString());
        if (status != 204) {
            behaviour = said.isEmpty() ? status(status) : status(status, "Mta-Reply", said);
            assertEquals(reply, send(plugin(), message()).getFirst().reply().toString());
        }
    }

    @Test
    void aReplyCannotCarryControlCharacters() {
        var answers = new Answers(java.util.Set.of());
        assertEquals(
                "451 4.3.0 HTTP 500: a b c", answers.reply(500, "", "a\r\nb\0c").toString());
        assertTrue(answers.reply(500, "", "x".repeat(10_000)).toString().length() < 300);
    }

    @Test
    void whoSaysNothingIsGivenUp() throws Exception {
        var end = new CountDownLatch(1);
        behaviour = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Outcome outcome = send(plugin("timeout", "300ms"), message()).getFirst();
        assertEquals(451, outcome.reply().code());
        end.countDown();
        behaviour = HttpExchange::close;
        assertEquals(451, send(plugin(), message()).getFirst().reply().code());
    }

    @Test
    void whoIsNotThereCannotBeOpened() throws Exception {
        String gone = url();
        server.stop(0);
        var refusal = assertThrows(
                ConnectException.class, () -> plugin().open(TestAttempt.path("http", gone), List.of(), TestPin.ONLY));
        assertEquals(451, refusal.reply().code());
    }

    @Test
    void aRouteIsTheUrlOrElseTheSettingIs() {
        var plugin = plugin("url", "https://hooks.example/mail");
        assertEquals(
                "http://other.example:81/x?y=z",
                assertInstanceOf(Resolution.Site.class, plugin.resolve("http://other.example:81/x?y=z"))
                        .site());
        assertEquals(
                "https://hooks.example/mail",
                assertInstanceOf(Resolution.Site.class, plugin.resolve("dest.example"))
                        .site());
        assertInstanceOf(Resolution.Unknown.class, plugin().resolve("dest.example"));
    }

    @ParameterizedTest
    @CsvSource({"url, example.org", "url, ftp://example.org/", "timeout, 0", "secret, whsec_***", "trust, /nowhere"})
    void badSettingsAreRefused(String key, String value) {
        assertThrows(IllegalArgumentException.class, () -> plugin(key, value));
    }

    /** In a whole node: delivered, and tried again when the far side is away. */
    @Test
    void inANode(@TempDir Path directory) {
        behaviour = status(503);
        try (var node = TestNode.builder(directory)
                .plugin("http", plugin())
                .policy("transport", "http")
                .policy("route", url())
                .start()) {
            assertTrue(node.send("s@x.example", "a@b.example").startsWith("250"));
            node.await("it is deferred", () -> !node.records(Deferred.class).isEmpty());
            behaviour = status(200);
            node.advance(Duration.ofMinutes(10));
            node.await("it is delivered", () -> !node.records(Delivered.class).isEmpty());
            assertEquals(
                    "250 2.0.0 HTTP 200",
                    node.records(Delivered.class).getFirst().reply().toString());
            node.await("the queue is empty", () -> node.queued() == 0);
            assertEquals(2, bodies.size());
            assertTrue(bodies.getLast().contains("Hello"), bodies.getLast());
        }
    }
}

package plugins.logwebhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static plugins.logwebhook.Receiver.status;
import static plugins.logwebhook.Rig.numbers;
import static plugins.logwebhook.Rig.records;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mta.plugins.api.log.LogRecord;
import mta.testkit.smtp.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the JDK's own HTTP server, on loopback. */
class WebhookLogTest {

    @TempDir
    Path directory;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(directory.resolve("journal"));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain: " + what);
            Thread.sleep(2);
        }
    }

    private static void write(WebhookLog plugin, int from, int to) throws IOException {
        plugin.write(records(from, to));
    }

    @Test
    void aBatchIsOneArray() throws Exception {
        try (var far = Receiver.start()) {
            var plugin = rig.plugin(far.url(), "headers.Authorization", "Bearer secret");
            write(plugin, 0, 3);
            await("a post", () -> far.posts() == 1);
            assertEquals(
                    "[{\"n\":0,\"kind\":\"Test\"},{\"n\":1,\"kind\":\"Test\"},{\"n\":2,\"kind\":\"Test\"}]",
                    far.bodies.getFirst());
            assertEquals("application/json", far.headers.getFirst().get("content-type"));
            assertEquals("Bearer secret", far.headers.getFirst().get("authorization"));
            assertFalse(far.headers.getFirst().containsKey("webhook-signature"));
            await("it is taken", () -> plugin.state().sender().sent() == 3);
            assertEquals(0, plugin.state().backlog());
            plugin.stop();
        }
    }

    @Test
    void orLines() throws Exception {
        try (var far = Receiver.start()) {
            var plugin = rig.plugin(far.url(), "body", "lines");
            write(plugin, 0, 2);
            await("a post", () -> far.posts() == 1);
            assertEquals("{\"n\":0,\"kind\":\"Test\"}\n{\"n\":1,\"kind\":\"Test\"}\n", far.bodies.getFirst());
            assertEquals("application/x-ndjson", far.headers.getFirst().get("content-type"));
            plugin.stop();
        }
    }

    @Test
    void aBatchIsSignedAsStandardWebhooksAre() throws Exception {
        byte[] key = "a key of some octets".getBytes(StandardCharsets.US_ASCII);
        try (var far = Receiver.start()) {
            var plugin = rig.plugin(
                    far.url(), "secret", "whsec_" + Base64.getEncoder().encodeToString(key));
            write(plugin, 0, 1);
            await("a post", () -> far.posts() == 1);
            var head = far.headers.getFirst();
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String signed = head.get("webhook-id") + "." + head.get("webhook-timestamp") + "." + far.bodies.getFirst();
            String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
            assertEquals("v1," + signature, head.get("webhook-signature"));
            plugin.stop();
        }
    }

    @Test
    void longQueuesGoInBatches() throws Exception {
        try (var far = Receiver.start()) {
            var plugin = rig.plugin(far.url(), "maxRecords", 100);
            for (int i = 0; i < 10; i++) {
                write(plugin, i * 100, i * 100 + 100);
            }
            await("all of them", () -> far.numbers().size() == 1000);
            assertEquals(numbers(0, 1000), far.numbers());
            assertEquals(far.posts(), new HashSet<>(far.taken.keySet()).size(), "each post has an id of its own");
            plugin.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({"500", "503", "429", "408", "401", "403", "404", "410", "301", "400", "413", "422"})
    void whatIsNotTakenComesAgain(int trouble) throws Exception {
        try (var far = Receiver.start()) {
            far.then(status(trouble), status(trouble), status(trouble));
            var plugin = rig.plugin(far.url());
            write(plugin, 0, 5);
            await("all of them", () -> far.numbers().size() == 5);
            assertEquals(numbers(0, 5), far.numbers());
            await("no trouble", () -> plugin.state().sender().failures() == 0);
            plugin.stop();
        }
    }

    @Test
    void aFarSideThatDiesInBetweenLosesNothing() throws Exception {
        WebhookLog plugin;
        int port;
        List<Integer> before;
        try (var far = Receiver.start()) {
            port = far.port();
            far.then(status(200), (exchange, body) -> exchange.close()); // the second one is cut off unanswered
            plugin = rig.plugin(far.url(), "maxRecords", 10);
            write(plugin, 0, 10);
            await("the first batch", () -> far.numbers().size() == 10);
            far.usually((exchange, body) -> exchange.close());
            write(plugin, 10, 30);
            await("it is cut off", () -> plugin.state().sender().failures() > 2);
            before = far.numbers();
        }
        assertEquals(numbers(0, 10), before);
        write(plugin, 30, 40); // nobody listens
        await("refused connections", () -> plugin.state().sender().failures() > 5);
        try (var far = Receiver.start(port)) {
            await("the rest", () -> far.numbers().size() == 30);
            assertEquals(numbers(10, 40), far.numbers());
            plugin.stop();
        }
    }

    @Test
    void aFarSideThatStallsIsGivenUpInTime() throws Exception {
        var end = new CountDownLatch(1);
        try (var far = Receiver.start()) {
            far.then(
                    (exchange, body) -> waitFor(end), // says nothing
                    (exchange, body) -> { // or not all of it
                        exchange.sendResponseHeaders(200, 100);
                        exchange.getResponseBody().write(1);
                        exchange.getResponseBody().flush();
                        waitFor(end);
                    });
            var plugin = rig.plugin(far.url(), "timeout", "200ms");
            write(plugin, 0, 5);
            await("all of them", () -> plugin.state().sender().sent() == 5);
            assertEquals(3, far.posts());
            assertEquals(
                    1,
                    far.headers.stream()
                            .map(head -> head.get("webhook-id"))
                            .distinct()
                            .count());
            plugin.stop();
            end.countDown();
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void retryAfterIsHeededAndAFlushEndsThePause() throws Exception {
        try (var far = Receiver.start()) {
            far.then(status(503, "Retry-After", "100"), status(503, "Retry-After", "Mon, 21 Oct 2115 07:28:00 GMT"));
            var plugin = rig.plugin(far.url(), "maxRetry", "1h");
            write(plugin, 0, 1);
            int tries = 0;
            for (Duration pause : List.of(Duration.ofSeconds(100), Duration.ofHours(1))) {
                int failures = ++tries;
                await("a pause", () -> plugin.state().sender().failures() == failures);
                Instant next = plugin.state().sender().next().orElseThrow();
                assertTrue(next.isAfter(Instant.now().plus(pause).minusSeconds(60)), next.toString());
                assertTrue(next.isBefore(Instant.now().plus(pause).plusSeconds(1)), next.toString());
                assertEquals("503 says 503", plugin.state().sender().trouble());
                int posts = far.posts();
                plugin.control("flush");
                await("another try", () -> far.posts() > posts);
            }
            await("it is taken", () -> plugin.state().sender().sent() == 1);
            plugin.stop();
        }
    }

    @Test
    void batchesThatAreTooLargeAreHalved() throws Exception {
        try (var far = Receiver.start()) {
            far.usually((exchange, body) ->
                    status(Receiver.numbers(body).size() > 3 ? 413 : 200).answer(exchange, body));
            var plugin = rig.plugin(far.url());
            write(plugin, 0, 40);
            await("all of them", () -> far.numbers().size() == 40);
            assertEquals(numbers(0, 40), far.numbers());
            plugin.stop();
        }
    }

    @Test
    void aRecordThatIsRefusedForGoodIsSkippedWhereSaid() throws Exception {
        try (var far = Receiver.start()) {
            far.usually((exchange, body) ->
                    status(Receiver.numbers(body).contains(13) ? 422 : 200).answer(exchange, body));
            var plugin = rig.plugin(far.url(), "skipRefused", true);
            write(plugin, 0, 40);
            await("all but one", () -> far.numbers().size() == 39);
            assertFalse(far.numbers().contains(13));
            await("it is counted", () -> plugin.state().sender().skipped() == 1);
            await("the others are taken", () -> plugin.state().sender().sent() == 39);
            plugin.stop();
        }
    }

    @Test
    void whatWaitsSurvivesARestart() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/records";
        for (int i = 0; i < 3; i++) {
            var plugin = rig.plugin(url);
            write(plugin, i * 10, i * 10 + 10);
            await("a failure", () -> plugin.state().sender().failures() > 0);
            plugin.stop();
            assertThrows(IOException.class, () -> write(plugin, 0, 1));
        }
        try (var far = Receiver.start(port)) {
            var plugin = rig.plugin(url); // sends without a further record
            await("all of them", () -> far.numbers().size() == 30);
            assertEquals(numbers(0, 30), far.numbers());
            plugin.stop();
        }
    }

    @Test
    void aSuccessorWaitsForTheJournal() throws Exception {
        try (var far = Receiver.start()) {
            var old = rig.plugin(far.url());
            var successor = rig.plugin(far.url());
            assertThrows(IOException.class, () -> write(successor, 0, 1));
            assertTrue(successor.state().trouble().endsWith("is in use"));
            old.stop();
            write(successor, 0, 1);
            await("it is taken", () -> successor.state().sender().sent() == 1);
            assertEquals("", successor.state().trouble());
            successor.stop();
        }
    }

    @Test
    void aChangeOfSettingsTakesWhatWaitsAlong() throws Exception {
        try (var far = Receiver.start()) {
            var plugin = rig.plugin("http://127.0.0.1:1/records");
            write(plugin, 0, 5);
            await("a failure", () -> plugin.state().sender().failures() > 0);
            plugin.modified(
                    mta.testkit.plugin.Settings.of(
                            WebhookLog.Config.class,
                            "url",
                            far.url(),
                            "directory",
                            directory.resolve("journal").toString()),
                    java.util.Map.of());
            await("all of them", () -> far.numbers().size() == 5);
            plugin.stop();
        }
    }

    @Test
    void tlsIsCheckedAgainstTheFileOfCertificates() throws Exception {
        var certificate = TestCertificate.make(directory, "ip:127.0.0.1");
        Path pem = Files.writeString(
                directory.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate.certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        try (var far = Receiver.secure(certificate.server())) {
            var stranger = rig.plugin(far.url());
            write(stranger, 0, 1);
            await("a failure", () -> stranger.state().sender().failures() > 0);
            assertTrue(
                    stranger.state().sender().trouble().contains("certif"),
                    stranger.state().toString());
            stranger.stop();
            assertEquals(0, far.posts());

            var plugin = rig.plugin(far.url(), "trust", pem.toString());
            await("it is taken", () -> plugin.state().sender().sent() == 1);
            plugin.stop();
        }
    }

    @Test
    void aFullDiskIsTheBindingsBusiness() throws Exception {
        var plugin = rig.plugin("http://127.0.0.1:1/records", "maxDisk", "1KiB");
        write(plugin, 0, 10);
        assertThrows(IOException.class, () -> write(plugin, 10, 100));
        plugin.stop();
    }

    @Test
    void withoutAUrlOrAFormatNothingIsTaken() throws Exception {
        List<LogRecord> batch = records(0, 1);
        assertEquals(
                "log-webhook: no url is set",
                assertThrows(IOException.class, () -> rig.plugin("").write(batch))
                        .getMessage());
        var plugin = rig.plugin("http://127.0.0.1:1/records", "format", "csv");
        assertEquals(
                "log-webhook: there is no format csv",
                assertThrows(IOException.class, () -> plugin.write(batch)).getMessage());
        plugin.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "url, ftp://example.org/",
        "url, example.org",
        "url, https:///path",
        "timeout, 0",
        "retry, 0",
        "maxDisk, much",
        "secret, whsec_***",
    })
    void badSettingsAreRefused(String key, String value) {
        assertThrows(IllegalArgumentException.class, () -> rig.plugin("http://127.0.0.1:1/", key, value));
    }

    @Test
    void theVerbShowsWhatWaits() throws Exception {
        var plugin = rig.plugin("http://127.0.0.1:1/records");
        write(plugin, 0, 10);
        await("a failure", () -> plugin.state().sender().failures() > 0);
        String shown = new WebhookCommand(plugin)
                ._main(new String[] {"log-webhook", "retry"})
                .toString();
        assertTrue(shown.contains("http://127.0.0.1:1/records"), shown);
        assertTrue(new WebhookCommand(plugin)
                ._main(new String[] {"bogus"})
                .toString()
                .contains("Refusal"));
        plugin.stop();
    }
}

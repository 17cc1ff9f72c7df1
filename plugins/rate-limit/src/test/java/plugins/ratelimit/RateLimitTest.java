package plugins.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import mta.plugins.api.Verdict;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import mta.testkit.plugin.Result;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestMessage;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final String PASSED = "passed";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final RateLimit plugin = new RateLimit(now::get);

    private void limit(String name, Object... settings) {
        plugin.put(ConfiguredLimit.rule(name, Settings.of(ConfiguredLimit.Config.class, settings)));
    }

    private void later(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private static TestSession client(String address) {
        return TestSession.from(address).helo("client.example");
    }

    private static String outcome(Result result) {
        return result.verdict() instanceof Verdict.Refuse refusal
                ? refusal.reply().toString()
                : PASSED;
    }

    private String mail(TestSession session, String sender) throws Exception {
        return outcome(Stages.mail(plugin, session.mail(sender)));
    }

    private String mail(String client) throws Exception {
        return mail(client(client), "a@b.example");
    }

    private String rcpt(TestSession session, String sender, String recipient) throws Exception {
        return outcome(Stages.rcpt(plugin, session.mail(sender), recipient));
    }

    @Test
    void withoutALimitEverythingPasses() throws Exception {
        for (int i = 0; i < 1000; i++) {
            assertEquals(PASSED, mail("192.0.2.1"));
        }
    }

    @Test
    void soManyPassAndThenOneEachTimeThereIsRoom() throws Exception {
        limit("clients", "limit", "6/1m");
        for (int i = 0; i < 6; i++) {
            assertEquals(PASSED, mail("192.0.2.1"));
        }
        assertEquals("450 4.7.1 Too many messages (limit clients), try again later", mail("192.0.2.1"));
        assertEquals(PASSED, mail("192.0.2.2"), "another client");
        later(Duration.ofSeconds(9));
        assertTrue(mail("192.0.2.1").startsWith("450 "));
        later(Duration.ofSeconds(1));
        assertEquals(PASSED, mail("192.0.2.1"));
        assertTrue(mail("192.0.2.1").startsWith("450 "));
        later(Duration.ofDays(1));
        for (int i = 0; i < 6; i++) {
            assertEquals(PASSED, mail("192.0.2.1"));
        }
        assertTrue(mail("192.0.2.1").startsWith("450 "), "no more than the limit is saved up");
    }

    @Test
    void ipv6CountsByItsNetwork() throws Exception {
        limit("clients", "limit", "1/1h");
        assertEquals(PASSED, mail("2001:db8:0:1::1"));
        assertTrue(mail("2001:db8:0:1:ffff::2").startsWith("450 "));
        assertEquals(PASSED, mail("2001:db8:0:2::1"));
        assertEquals(
                List.of("2001:db8:0:1::/64", "2001:db8:0:2::/64"),
                plugin.limit("clients").orElseThrow().standings(10).stream()
                        .map(Limit.Standing::key)
                        .sorted()
                        .toList());
    }

    @Test
    void connectionsAreRefusedWith421() throws Exception {
        limit("connections", "count", "connections", "limit", "2/1m");
        assertEquals(PASSED, outcome(Stages.connect(plugin, client("192.0.2.1"))));
        assertEquals(PASSED, outcome(Stages.connect(plugin, client("192.0.2.1"))));
        Result third = Stages.connect(plugin, client("192.0.2.1"));
        assertEquals("421 4.7.0 Too many connections (limit connections), try again later", outcome(third));
        assertTrue(assertInstanceOf(Verdict.Refuse.class, third.verdict()).close());
    }

    @Test
    void usersCountWhereverTheyComeFromAndOthersDoNot() throws Exception {
        limit("users", "per", List.of("user"), "limit", "2/1h");
        assertEquals(PASSED, mail(client("192.0.2.1").user("ann"), "a@b.example"));
        assertEquals(PASSED, mail(client("192.0.2.2").user("ann"), "a@b.example"));
        assertTrue(mail(client("192.0.2.3").user("ann"), "a@b.example").startsWith("450 "));
        assertEquals(PASSED, mail(client("192.0.2.3").user("bob"), "a@b.example"));
        for (int i = 0; i < 5; i++) {
            assertEquals(PASSED, mail("192.0.2.3"), "nobody has authenticated");
        }
    }

    @Test
    void sendersCountWithoutRegardToCaseAndTheNullSenderDoesNot() throws Exception {
        limit("senders", "per", List.of("sender"), "limit", "1/1h");
        assertEquals(PASSED, mail(client("192.0.2.1"), "Ann@B.example"));
        assertTrue(mail(client("192.0.2.2"), "ann@b.example").startsWith("450 "));
        assertEquals(PASSED, mail(client("192.0.2.2"), "bob@b.example"));
        assertEquals(PASSED, mail(client("192.0.2.2"), ""));
        assertEquals(PASSED, mail(client("192.0.2.2"), ""));
    }

    @Test
    void recipientDomainsAndCrossings() throws Exception {
        limit("pairs", "per", List.of("sender.domain", "recipient.domain"), "count", "recipients", "limit", "2/1h");
        assertEquals(PASSED, rcpt(client("192.0.2.1"), "a@one.example", "x@big.example"));
        assertEquals(PASSED, rcpt(client("192.0.2.2"), "b@one.example", "y@big.example"));
        assertEquals(
                "450 4.7.1 Too many recipients (limit pairs), try again later",
                rcpt(client("192.0.2.3"), "c@one.example", "z@big.example"));
        assertEquals(PASSED, rcpt(client("192.0.2.3"), "c@one.example", "z@other.example"));
        assertEquals(PASSED, rcpt(client("192.0.2.3"), "c@two.example", "z@big.example"));
    }

    @Test
    void bytesCountAtTheEndAndALargeMessagePassesAFullBucket() throws Exception {
        limit("volume", "count", "bytes", "limit", "1KiB/1h");
        var large = TestMessage.of("Subject: large\r\n\r\n" + "x".repeat(5000) + "\r\n");
        var small = TestMessage.of("Subject: small\r\n\r\nx\r\n");
        assertEquals(PASSED, outcome(Stages.message(plugin, client("192.0.2.1").mail("a@b.example"), large)));
        assertEquals(
                "450 4.7.1 Too many bytes (limit volume), try again later",
                outcome(Stages.message(plugin, client("192.0.2.1").mail("a@b.example"), small)));
        assertEquals(PASSED, outcome(Stages.message(plugin, client("192.0.2.2").mail("a@b.example"), small)));
    }

    @Test
    void whatOneLimitRefusesIsNotChargedToAnother() throws Exception {
        limit("a-clients", "limit", "3/1h");
        limit("senders", "per", List.of("sender"), "limit", "1/1h");
        assertEquals(PASSED, mail(client("192.0.2.1"), "one@b.example"));
        for (int i = 0; i < 10; i++) {
            assertTrue(mail(client("192.0.2.1"), "one@b.example").contains("(limit senders)"));
        }
        assertEquals(PASSED, mail(client("192.0.2.1"), "two@b.example"));
        assertEquals(PASSED, mail(client("192.0.2.1"), "three@b.example"));
        assertTrue(mail(client("192.0.2.1"), "four@b.example").contains("(limit a-clients)"));
    }

    @Test
    void exemptClientsAndThoseWithoutAnAddressAreNotCounted() throws Exception {
        limit("clients", "limit", "1/1h", "exempt", List.of("192.0.2.0/24", "2001:db8::1"));
        for (int i = 0; i < 3; i++) {
            assertEquals(PASSED, mail("192.0.2.1"));
            assertEquals(PASSED, mail("2001:db8::1"));
            assertEquals(PASSED, mail(TestSession.withoutAddress(), "a@b.example"));
        }
        assertEquals(PASSED, mail("198.51.100.1"));
        assertTrue(mail("198.51.100.1").startsWith("450 "));
    }

    @Test
    void closeDisconnects() throws Exception {
        limit("clients", "limit", "1/1h", "close", true);
        assertEquals(PASSED, mail("192.0.2.1"));
        assertEquals("421 4.7.0 Too many messages (limit clients), try again later", mail("192.0.2.1"));
    }

    @Test
    void memoryIsBounded() throws Exception {
        limit("senders", "per", List.of("sender"), "limit", "1/1h", "maxKeys", 100);
        for (int i = 0; i < 10_000; i++) {
            mail(client("192.0.2.1"), "s" + i + "@b.example");
        }
        assertTrue(plugin.limit("senders").orElseThrow().keys() <= 100);
        later(Duration.ofHours(2));
        mail(client("192.0.2.1"), "last@b.example");
        assertEquals(1, plugin.limit("senders").orElseThrow().keys(), "full buckets are forgotten");
    }

    /** Sessions at the same time get no more than the limit. */
    @Test
    void sessionsInParallelDoNotSlipThrough() throws Exception {
        limit("clients", "limit", "50/1h");
        var passed = new AtomicInteger();
        var start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 200)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                        if (mail("192.0.2.1").equals(PASSED)) {
                            passed.incrementAndGet();
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(50, passed.get());
    }

    @Test
    void aLimitKeepsItsCountUnlessItIsChanged() throws Exception {
        limit("clients", "limit", "1/1h");
        assertEquals(PASSED, mail("192.0.2.1"));
        limit("clients", "limit", "1/1h");
        assertTrue(mail("192.0.2.1").startsWith("450 "));
        limit("clients", "limit", "2/1h");
        assertEquals(PASSED, mail("192.0.2.1"));
        plugin.remove("clients");
        for (int i = 0; i < 5; i++) {
            assertEquals(PASSED, mail("192.0.2.1"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "limit, ''",
        "limit, 100",
        "limit, 0/1h",
        "limit, -1/1h",
        "limit, many/1h",
        "limit, 10/0",
        "limit, 10/x",
        "limit, 10/1h/2",
        "limit, 1GiB/1d", // messages are no bytes
        "per, ''",
        "per, ip",
        "per, recipient", // not known when messages are counted
        "exempt, host.example",
    })
    void badSettingsAreRefused(String key, String value) {
        Object given = key.equals("limit") ? value : value.isEmpty() ? List.of() : List.of(value);
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> limit(
                        "clients",
                        key.equals("limit") ? new Object[] {key, given} : new Object[] {"limit", "1/1h", key, given}));
        assertTrue(refusal.getMessage().length() > 10, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"100/1h, 100, PT1H", "10/s, 10, PT1S", "' 5 / 1h30m ', 5, PT1H30M", "7/d, 7, PT24H"})
    void limitsAreReadable(String text, long amount, Duration period) {
        limit("clients", "limit", text);
        assertEquals(amount, plugin.limit("clients").orElseThrow().rule().amount());
        assertEquals(period, plugin.limit("clients").orElseThrow().rule().period());
    }

    private Object verb(String... words) {
        return new RateLimitCommand(plugin, new Records() {
                    @Override
                    public void emit(LogRecord record) {}

                    @Override
                    public boolean wanted(String kind) {
                        return true;
                    }
                })
                ._main(words);
    }

    @Test
    void theVerbListsAndResets() throws Exception {
        limit("clients", "limit", "2/1h");
        mail("192.0.2.1");
        mail("192.0.2.1");
        mail("192.0.2.1");
        mail("192.0.2.2");
        Table all = assertInstanceOf(Table.class, verb("rate-limit", "list"));
        assertEquals(List.of(List.of("clients", "client", "messages", 2L, Duration.ofHours(1), 2L, 1L)), all.rows());
        Table one = assertInstanceOf(Table.class, verb("rate-limit", "list", "clients"));
        assertEquals(
                List.of(
                        List.of("192.0.2.1", 0L, 2L, Duration.ofHours(1)),
                        List.of("192.0.2.2", 1L, 2L, Duration.ofMinutes(30))),
                one.rows());
        assertEquals("192.0.2.1 begin anew at clients", verb("reset", "clients", "192.0.2.1"));
        assertEquals(PASSED, mail("192.0.2.1"));
        assertInstanceOf(Refusal.class, verb("reset", "clients", "192.0.2.9"));
        assertInstanceOf(Refusal.class, verb("list", "nothing"));
        assertInstanceOf(Refusal.class, verb("bogus"));
        assertEquals("all begin anew at clients", verb("reset", "clients"));
        assertEquals(0, plugin.limit("clients").orElseThrow().keys());
    }
}

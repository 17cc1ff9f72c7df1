package plugins.greylist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import mta.plugins.api.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterTest {

    private static final Duration DELAY = Duration.ofMinutes(5);

    private Instant now = Instant.parse("2026-01-05T09:00:00Z");
    private Limits limits = new Limits(DELAY, Duration.ofDays(2), Duration.ofDays(35), 2, 1000, 1000);
    private Register register = new Register(limits);

    private void limits(int entries, int perNetwork) {
        limits = new Limits(DELAY, Duration.ofDays(2), Duration.ofDays(35), 2, entries, perNetwork);
        register = new Register(limits);
    }

    private static Triplet triplet(String network, String sender) {
        return Triplet.of(network, Address.of(sender), Address.of("box@here.example"));
    }

    private Answer knock(String network, String sender) {
        return register.knock(triplet(network, sender), "198.51.100.1", now);
    }

    private Answer knock(String sender) {
        return knock("192.0.2.0/24", sender);
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private static Answer first() {
        return new Answer.Wait(DELAY, true);
    }

    private static Answer early(Duration left) {
        return new Answer.Wait(left, false);
    }

    @Test
    void theSecondTryPassesAfterTheDelayAndIsKnownThen() {
        assertEquals(first(), knock("a@b.example"));
        later(Duration.ofSeconds(299));
        assertEquals(early(Duration.ofSeconds(1)), knock("a@b.example"));
        later(Duration.ofSeconds(1));
        assertEquals(new Answer.Passed(DELAY), knock("a@b.example"));
        assertEquals(new Answer.Known(), knock("a@b.example"));
        assertEquals(first(), knock("other@b.example"));
    }

    @Test
    void whoComesTooLateBeginsAnew() {
        knock("a@b.example");
        later(Duration.ofDays(2).plusSeconds(1));
        assertEquals(first(), knock("a@b.example"));
        later(DELAY);
        assertEquals(new Answer.Passed(DELAY), knock("a@b.example"));
    }

    @Test
    void knownAsLongAsItIsSeenFromTimeToTime() {
        knock("a@b.example");
        later(DELAY);
        knock("a@b.example");
        for (int i = 0; i < 5; i++) {
            later(Duration.ofDays(34));
            register.purge(now);
            assertEquals(new Answer.Known(), knock("a@b.example"));
        }
        later(Duration.ofDays(36));
        assertEquals(first(), knock("a@b.example"));
    }

    @Test
    void aClockThatIsSetBackMakesNobodyWaitForYears() {
        knock("a@b.example");
        later(Duration.ofDays(-400));
        assertEquals(first(), knock("a@b.example"));
        later(DELAY);
        assertEquals(new Answer.Passed(DELAY), knock("a@b.example"));
    }

    @Test
    void aClientThatDeliversIsKnownWhateverItBrings() {
        register.delivered("198.51.100.1", now);
        register.delivered("198.51.100.1", now);
        assertEquals(first(), knock("a@b.example"), "twice within an hour counts once");
        later(Duration.ofHours(1));
        register.delivered("198.51.100.1", now);
        assertEquals(new Answer.Known(), knock("new@b.example"));
        assertEquals(1, register.knownClients());
        later(Duration.ofDays(36));
        assertEquals(first(), knock("newer@b.example"), "but not for ever");
    }

    @Test
    void purgeForgetsWhatIsTooOld() {
        knock("waiting@b.example");
        knock("passed@b.example");
        later(DELAY);
        knock("passed@b.example");
        register.delivered("198.51.100.1", now);
        assertEquals(new Register.Counts(1, 1, 1), register.counts());
        later(Duration.ofDays(3));
        register.purge(now);
        assertEquals(new Register.Counts(0, 1, 1), register.counts());
        later(Duration.ofDays(33));
        register.purge(now);
        assertEquals(new Register.Counts(0, 0, 0), register.counts());
    }

    /** Strangers choose as many senders as they like. */
    @Test
    void whatIsRememberedIsBounded() {
        limits(100, 100);
        for (int i = 0; i < 10_000; i++) {
            knock("10." + i / 100 + "." + i % 100 + ".0/24", "a@b.example");
            register.delivered("client " + i, now);
        }
        assertEquals(new Register.Counts(100, 0, 100), register.counts());
        assertTrue(register.takeChanges().lines().size() <= 200);
        assertEquals(new Answer.Full(), knock("new@b.example"), "full: it must not wait for ever");
        later(DELAY);
        assertInstanceOf(Answer.Passed.class, knock("10.0.0.0/24", "a@b.example"), "the first are still there");
        later(Duration.ofHours(1));
        assertEquals(first(), knock("new@b.example"), "who had a chance makes room");
        later(DELAY);
        assertInstanceOf(Answer.Passed.class, knock("new@b.example"));
    }

    @Test
    void oneNetworkHasItsShareAndComesThroughAllTheSame() {
        limits(1000, 10);
        for (int i = 0; i < 25; i++) {
            assertEquals(first(), knock("user" + (char) ('a' + i) + "@b.example"));
        }
        assertEquals(10, register.counts().waiting());
        assertEquals(first(), knock("203.0.113.0/24", "a@b.example"), "others are not hurt");
        int rounds = 0;
        int passed = 0;
        while (passed < 25 && rounds++ < 5) {
            later(Duration.ofMinutes(30));
            passed = 0;
            for (int i = 0; i < 25; i++) {
                passed += knock("user" + (char) ('a' + i) + "@b.example") instanceof Answer.Wait ? 0 : 1;
            }
        }
        assertEquals(25, passed, "in rounds: " + rounds);
    }

    @Test
    void linesBringItBack() {
        knock("waiting@b.example");
        knock("passed@b.example");
        knock("gone@b.example");
        var lines = new ArrayList<>(register.takeChanges().lines());
        later(DELAY);
        knock("passed@b.example");
        register.forget("gone@b.example");
        register.delivered("198.51.100.1", now);
        lines.addAll(register.takeChanges().lines());
        assertEquals(List.of(), register.takeChanges().lines());
        lines.add("T\thalf a line");
        lines.add("");

        var again = new Register(limits);
        assertEquals(2, again.load(lines, now));
        assertEquals(register.counts(), again.counts());
        assertEquals(register.triplets("", 10), again.triplets("", 10));
        assertEquals(register.clients(10), again.clients(10));
        assertEquals(register.takeAll().lines(), again.takeAll().lines());
        register = again;
        assertEquals(new Answer.Known(), knock("passed@b.example"));
        assertInstanceOf(Answer.Passed.class, knock("waiting@b.example"));
        assertEquals(first(), knock("gone@b.example"));
    }

    @Test
    void fewerLinesThanMessages() {
        knock("a@b.example");
        later(DELAY);
        knock("a@b.example");
        register.takeChanges();
        for (int i = 0; i < 100; i++) {
            later(Duration.ofSeconds(10));
            knock("a@b.example");
        }
        assertEquals(List.of(), register.takeChanges().lines());
        later(Duration.ofHours(1));
        knock("a@b.example");
        assertEquals(1, register.takeChanges().lines().size());
    }

    @Test
    void changesThatNobodyTakesAreBounded() {
        limits(100, 100);
        for (int i = 0; i < 500; i++) {
            knock("user" + (char) ('a' + i % 26) + (char) ('a' + i / 26) + "@b.example");
            later(Duration.ofHours(2));
        }
        Register.Changes changes = register.takeChanges();
        assertTrue(changes.whole() || changes.lines().size() <= 100, changes.toString());
        knock("last@b.example");
        assertFalse(register.takeChanges().whole());
    }

    @Test
    void sessionsAtTheSameTimeAgree() throws InterruptedException {
        knock("a@b.example");
        later(DELAY);
        var passed = new AtomicInteger();
        var start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 100)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                        if (knock("a@b.example") instanceof Answer.Passed) {
                            passed.incrementAndGet();
                        }
                        knock("x" + (char) ('a' + i % 26) + "@b.example");
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, passed.get());
        assertEquals(new Register.Counts(26, 1, 0), register.counts());
    }

    @ParameterizedTest
    @CsvSource({
        "user@list.example, user@list.example",
        "User@List.Example, user@list.example",
        "bounce-1234-user=here.example@list.example, bounce-#-user=here.example@list.example",
        "user+1234@list.example, user@list.example",
        "+x@list.example, +x@list.example",
        "prvs=4321abcdef=user@b.example, user@b.example",
        "prvs=user=4321abcdef@b.example, user@b.example",
        "a1b2@b.example, a1b2@b.example",
        "'', <>",
    })
    void sendersWithoutWhatChanges(String sender, String kept) {
        assertEquals(
                kept,
                Triplet.of("n", Address.of(sender), Address.of("x@y.example")).sender());
    }

    @Test
    void longAddressesAreCutAndStayDifferent() {
        var one = triplet("n", "a".repeat(200) + "x@b.example");
        var other = triplet("n", "a".repeat(200) + "y@b.example");
        assertEquals(100, one.sender().length());
        assertFalse(one.equals(other));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77, 24, 192.0.2.0/24",
        "192.0.2.77, 32, 192.0.2.77/32",
        "192.0.255.77, 20, 192.0.240.0/20",
        "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2:0:0:0:0/64",
    })
    void networks(String address, int bits, String network) {
        assertEquals(network, Triplet.network(InetAddress.ofLiteral(address), bits));
    }

    @Test
    void limitsThatCannotWork() {
        assertThrows(
                IllegalArgumentException.class, () -> new Limits(DELAY, DELAY, Duration.ofDays(35), 5, 1000, 1000));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Limits(Duration.ZERO, DELAY, Duration.ofDays(35), 5, 1000, 1000));
    }
}

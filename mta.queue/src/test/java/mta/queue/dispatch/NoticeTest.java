package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Notice;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the sender is told about, when, and that nobody leaves the queue before. */
class NoticeTest {

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Fate> done = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.accept());
    private Node node;

    private final class Notices implements Delivery {
        @Override
        public Verdict bounce(Notice notice) {
            notices.add(notice);
            return verdict.get();
        }

        @Override
        public void done(Attempt attempt, Recipient recipient, Fate fate) {
            done.add(fate);
        }
    }

    @BeforeEach
    void plugin() {
        node = new Node(directory).policy("expiry", "1d", "delayNotice", "never");
        node.plugin("notices", new Notices(), "bounce", "done");
    }

    private static Recipient wishing(String address, Notify... wishes) {
        return new Recipient(Address.of(address), Set.of(wishes), Optional.empty(), Map.of());
    }

    @Test
    void aRefusalIsTold() {
        try (var node = this.node.start()) {
            node.transport.answer = (_, _) -> Reply.of(550, "5.1.1", "unknown");
            node.put("a@one.example");
            node.await("gone", () -> node.queued() == 0);
            Notice notice = notices.poll();
            assertEquals(Notify.FAILURE, notice.kind());
            assertInstanceOf(Fate.Bounced.class, notice.recipients().getFirst().fate());
            assertEquals(
                    Optional.of("mx[192.0.2.1]:25"),
                    notice.recipients().getFirst().peer());
            assertEquals(1, done.size());
        }
    }

    @Test
    void nobodyLeavesBeforeTheSenderWasTold() {
        verdict.set(Verdict.refuse("451 4.3.0 not now"));
        try (var node = this.node.start()) {
            node.transport.answer = (_, _) -> Reply.of(550, "5.1.1", "unknown");
            node.put("a@one.example");
            node.await("tried to tell", () -> notices.size() == 1);
            node.settle();
            assertEquals(1, node.queued());
            assertEquals(0, done.size());
            verdict.set(Verdict.accept());
            node.pass(Duration.ofMinutes(6));
            node.await("gone", () -> node.queued() == 0);
            assertEquals(2, notices.size());
            assertEquals(1, done.size());
            assertEquals(1, node.transport.sent().size(), "never sent again");
            assertEquals(1, node.records(Bounced.class).size());
        }
    }

    @Test
    void whatIsOwedSurvivesARestart() {
        verdict.set(Verdict.refuse("451 4.3.0 not now"));
        try (var node = this.node.start()) {
            node.transport.answer = (_, _) -> Reply.of(550, "5.1.1", "unknown");
            node.put("a@one.example");
            node.await("tried to tell", () -> notices.size() == 1);
            node.settle();
        }
        var again = new Node(directory, node.clock).policy();
        verdict.set(Verdict.accept());
        again.plugin("notices", new Notices(), "bounce", "done");
        try (var node = again.start()) {
            node.pass(Duration.ofMinutes(6));
            node.await("gone", () -> node.queued() == 0);
            assertEquals(2, notices.size());
            assertEquals(0, node.transport.sent().size());
        }
    }

    @Test
    void wishesAreHonoured() {
        try (var node = this.node.start()) {
            node.transport.answer = (_, recipient) ->
                    recipient.address().localPart().startsWith("bad")
                            ? Reply.of(550, "5.1.1", "unknown")
                            : ScriptedTransport.OK;
            node.put(
                    Node.to(
                            wishing("bad1@one.example", Notify.NEVER),
                            wishing("bad2@one.example", Notify.SUCCESS),
                            wishing("good1@one.example"),
                            wishing("good2@one.example", Notify.FAILURE)),
                    "x@x.example");
            node.await("gone", () -> node.queued() == 0);
            assertTrue(notices.isEmpty());
            node.put(Node.to(wishing("good@one.example", Notify.SUCCESS)), "x@x.example");
            node.await("gone", () -> node.queued() == 0);
            assertEquals(Notify.SUCCESS, notices.poll().kind());
            assertEquals(5, done.size());
        }
    }

    @Test
    void mailExpiresWhereverItWaits() {
        try (var node = this.node.start()) {
            var operations = new Operations(node.dispatch);
            node.transport.dead.put("mx.dead.example", Reply.of(451, "4.4.1", "timed out"));
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "later");
            operations.suspend("*", "*", "suspended.example", "test");
            node.put("a@suspended.example");
            node.put("a@dead.example");
            node.put("a@retry.example");
            node.put(
                    message -> new mta.core.intake.StoredMessage(
                            message.id(),
                            message.arrival(),
                            message.origin(),
                            message.envelope(),
                            message.placed(),
                            message.bytes(),
                            Optional.of("quarantine"),
                            message.notes()),
                    "a@held.example");
            node.settle();
            node.pass(Duration.ofHours(23));
            assertEquals(4, node.queued());
            node.pass(Duration.ofHours(2));
            node.await("expired", () -> node.queued() == 0);
            assertEquals(4, notices.size());
            assertEquals(
                    4,
                    node.records(Bounced.class).stream()
                            .filter(each -> each.cause().equals("expired"))
                            .count());
            assertTrue(
                    notices.stream()
                            .anyMatch(notice -> notice.recipients()
                                    .getFirst()
                                    .fate()
                                    .reply()
                                    .toString()
                                    .contains("timed out")),
                    "the path's last reply is in the notice");
            assertEquals(4, done.size());
        }
    }

    @Test
    void unroutableMailIsReturnedWhileLookUpsThatFailExpire() {
        try (var node = this.node.start()) {
            node.transport.resolution = _ -> new Resolution.Unknown(Reply.of(451, "4.4.3", "no answer"));
            node.put("a@unknown.example");
            node.settle();
            node.pass(Duration.ofHours(25));
            node.await("expired", () -> node.queued() == 0);
            assertTrue(
                    notices.poll().recipients().getFirst().fate().reply().text().contains("no answer"));
        }
    }

    @Test
    void aDelayIsToldOnce() {
        node.policy("expiry", "1d", "delayNotice", "4h");
        try (var node = this.node.start()) {
            node.transport.dead.put("mx.dead.example", Reply.of(451, "4.4.1", "timed out"));
            node.put("a@dead.example");
            node.put(Node.to(wishing("b@dead.example", Notify.NEVER)), "x@x.example");
            node.settle();
            node.pass(Duration.ofHours(3));
            assertEquals(0, notices.size());
            node.pass(Duration.ofHours(2));
            assertEquals(1, notices.size());
            Notice delay = notices.poll();
            assertEquals(Notify.DELAY, delay.kind());
            assertTrue(delay.recipients().getFirst().retryUntil().isPresent());
            node.pass(Duration.ofHours(10));
            assertEquals(0, notices.size());
            node.pass(Duration.ofHours(10));
            node.await("expired", () -> node.queued() == 0);
            assertEquals(Notify.FAILURE, notices.poll().kind());
            assertTrue(notices.isEmpty());
        }
    }
}

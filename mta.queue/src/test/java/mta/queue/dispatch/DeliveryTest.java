package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.queue.index.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of messages, by what the far side says. */
class DeliveryTest {

    @TempDir
    Path directory;

    @Test
    void aMessageIsDeliveredAndGone() {
        try (var node = new Node(directory).policy().start()) {
            long id = node.put("a@one.example");
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.taken("a@one.example"));
            assertEquals(new String(Node.BODY), node.transport.sent().getFirst().content());
            assertEquals(1, node.records(Delivered.class).size());
            node.await("body gone", () -> node.spool.body(id).isEmpty());
        }
    }

    @Test
    void oneBodyGoesToEachDestinationOnce() {
        try (var node = new Node(directory).policy().start()) {
            node.put("a@one.example", "b@two.example", "c@one.example");
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(2, node.transport.sent().size());
            for (String recipient : List.of("a@one.example", "b@two.example", "c@one.example")) {
                assertEquals(1, node.transport.taken(recipient));
            }
        }
    }

    @Test
    void aTransientReplyIsTriedAgainBySchedule() {
        try (var node = new Node(directory).policy("retry", "5m 15m").start()) {
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "greylisted");
            node.put("a@one.example");
            node.await("tried", () -> node.transport.sent().size() == 1);
            node.settle();
            node.pass(Duration.ofMinutes(4));
            assertEquals(1, node.transport.sent().size());
            node.pass(Duration.ofMinutes(2));
            assertEquals(2, node.transport.sent().size());
            node.transport.answer = (_, _) -> ScriptedTransport.OK;
            node.pass(Duration.ofMinutes(10));
            assertEquals(2, node.transport.sent().size());
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(3, node.transport.sent().getLast().attempt());
            assertEquals(2, node.records(Deferred.class).size());
        }
    }

    @Test
    void recipientsPartWays() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.answer = (_, recipient) -> switch (recipient
                    .address()
                    .localPart()) {
                case "good" -> ScriptedTransport.OK;
                case "slow" -> Reply.of(452, "4.2.2", "full");
                default -> Reply.of(550, "5.1.1", "no such user");
            };
            node.put("good@one.example", "slow@one.example", "bad@one.example");
            node.await("tried", () -> node.transport.sent().size() == 1);
            node.settle();
            assertEquals(1, node.queued());
            assertEquals(
                    "bad@one.example", node.records(Bounced.class).getFirst().recipient());
            node.transport.answer = (_, _) -> ScriptedTransport.OK;
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.taken("good@one.example"));
            assertEquals(1, node.transport.taken("slow@one.example"));
            assertEquals(0, node.transport.taken("bad@one.example"));
        }
    }

    @Test
    void anUnreachableSiteChargesNoAttempt() {
        try (var node =
                new Node(directory).policy("backoff", "1m", "maxBackoff", "8m").start()) {
            node.transport.dead.put("mx.one.example", Reply.of(451, "4.4.1", "timed out"));
            node.put("a@one.example");
            node.put("b@one.example");
            node.await("dialled", () -> node.transport.dialled.get() == 1);
            node.pass(Duration.ofSeconds(50));
            assertEquals(1, node.transport.dialled.get());
            node.pass(Duration.ofSeconds(20));
            node.await("probed", () -> node.transport.dialled.get() == 2);
            node.pass(Duration.ofSeconds(100));
            assertEquals(2, node.transport.dialled.get(), "the rest doubles");
            int slot = node.dispatch.index().find(node.put("c@one.example"), 0);
            assertTrue(slot != Index.NONE);
            node.transport.dead.clear();
            node.pass(Duration.ofMinutes(5));
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(node.transport.sent().stream().allMatch(each -> each.attempt() == 1));
            assertEquals(0, node.records(Deferred.class).size());
        }
    }

    @Test
    void mailThatNobodyTakesComesBack() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.resolution = _ -> new Resolution.Unroutable(Reply.of(556, "5.1.10", "null MX"));
            node.put("a@one.example");
            node.await("returned", () -> node.queued() == 0);
            assertEquals(
                    "5.1.10",
                    node.records(Bounced.class).getFirst().reply().enhanced().toString());
            node.put("b@one.example");
            node.await("returned", () -> node.queued() == 0);
            assertEquals(1, node.transport.resolved.get());
        }
    }

    @Test
    void whatCannotBeLookedUpWaits() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.resolution = _ -> new Resolution.Unknown(Reply.of(451, "4.4.3", "no answer"));
            node.put("a@one.example");
            node.await("asked", () -> node.transport.resolved.get() == 1);
            node.settle();
            assertEquals(1, node.queued());
            node.transport.resolution = destination -> new Resolution.Site(destination, List.of(), Duration.ofHours(1));
            node.pass(Duration.ofMinutes(2));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.sent().getFirst().attempt());
        }
    }

    @Test
    void thePriorityOfPolicyHoldsAfterAnAttemptToo() {
        try (var node = new Node(directory).policy("priority", "2").start()) {
            node.transport.answer = (_, _) -> Reply.of(451, "4.0.0", "later");
            long id = node.put("a@one.example");
            node.await("tried", () -> node.transport.sent().size() == 1);
            node.settle();
            Index index = node.dispatch.index();
            assertEquals(2, index.entry(index.find(id, 0)).priority());
        }
    }
}

package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import mta.core.intake.StoreException;
import mta.plugins.api.Reply;
import mta.queue.index.EntryState;
import mta.queue.index.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was promised holds after a stop and a start. */
class RestartTest {

    @TempDir
    Path directory;

    @Test
    void nothingIsDeliveredBeforeTheGateIsOpen() throws InterruptedException {
        var node = new Node(directory).policy("retry", "5m");
        try (node) {
            node.start();
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "greylisted");
            node.put("a@one.example");
            node.settle();
        }
        node.clock.advance(Duration.ofMinutes(10));
        node.transport.answer = (_, _) -> ScriptedTransport.OK;
        int before = node.transport.dialled.get();
        var asked = new CountDownLatch(5);
        var waitsFor = new AtomicReference<>("the transport");
        try (node) {
            node.startBehind(() -> {
                asked.countDown();
                return waitsFor.get();
            });
            assertTrue(asked.await(60, TimeUnit.SECONDS));
            node.await("loaded", () -> !node.dispatch.isLoading());
            assertEquals(before, node.transport.dialled.get());
            assertEquals(1, node.queued());
            waitsFor.set("");
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.taken("a@one.example"));
        }
    }

    @Test
    void whatWaitedGoesOnWhereItWas() {
        var first = new Node(directory).policy("retry", "1h");
        try (var node = first.start()) {
            node.transport.answer = (_, recipient) ->
                    recipient.address().localPart().equals("good")
                            ? ScriptedTransport.OK
                            : Reply.of(451, "4.0.0", "later");
            node.put("good@one.example", "slow@one.example");
            node.await("tried", () -> node.transport.sent().size() == 1);
            node.settle();
        }
        var second = new Node(directory, first.clock).policy("retry", "1h");
        try (var node = second.start()) {
            assertEquals(1, node.queued());
            node.pass(Duration.ofMinutes(50));
            assertEquals(0, node.transport.sent().size());
            node.pass(Duration.ofMinutes(15));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(
                    List.of("slow@one.example"),
                    node.transport.sent().getFirst().recipients());
            assertEquals(2, node.transport.sent().getFirst().attempt());
        }
        try (var node = new Node(directory, first.clock).policy().start()) {
            assertEquals(0, node.queued(), "what was delivered does not come back");
        }
    }

    @Test
    void whatOperatorsSaidHolds() {
        var first = new Node(directory).policy();
        try (var node = first.start()) {
            var operations = new Operations(node.dispatch);
            operations.suspend("*", "*", "*.suspended.example", "me");
            operations.redirect("*", "*", "moved.example", "elsewhere.example", "me");
            node.transport.dead.put("mx.dead.example", Reply.of(451, "4.4.1", "no"));
            node.put("a@x.suspended.example");
            node.put("b@dead.example");
            node.put("c@dead.example");
            node.settle();
            assertEquals(1, node.dispatch.index().total().suspended());
            operations.act(Filter.destination("dead.example"), new Action.Hold("by me"), _ -> {}, () -> false);
            operations.act(
                    new Filter.And(List.of(new Filter.In(java.util.Set.of(EntryState.HELD)))),
                    new Action.Priority(1),
                    _ -> {},
                    () -> false);
        }
        try (var node = new Node(directory, first.clock).policy().start()) {
            var operations = new Operations(node.dispatch);
            node.settle();
            assertEquals(1, node.dispatch.index().total().suspended());
            assertEquals(2, node.dispatch.index().total().held());
            assertTrue(operations.some(new Filter.All(), 9).stream()
                    .allMatch(entry -> entry.state() != EntryState.HELD || entry.priority() == 1));
            node.put("d@moved.example");
            node.await("redirected", () -> node.transport.sent().size() == 1);
            assertEquals(
                    "smtp:mx.elsewhere.example via default",
                    node.transport.sent().getFirst().path());
            assertEquals(List.of("destination=*.suspended.example"), operations.resume("*", "*", "*"));
            node.await("resumed", () -> node.transport.sent().size() == 2);
            operations.act(new Filter.All(), new Action.Release(), _ -> {}, () -> false);
            node.await("released", () -> node.queued() == 0);
        }
    }

    @Test
    void mailThatComesLaterIsSuspendedToo() {
        try (var node = new Node(directory).policy().start()) {
            var operations = new Operations(node.dispatch);
            node.put("a@one.example");
            node.await("delivered", () -> node.queued() == 0);
            operations.suspend("*", "*", "one.example", "me");
            node.put("b@one.example");
            node.settle();
            assertEquals(1, node.dispatch.index().total().suspended());
            assertEquals(1, node.transport.sent().size());
            operations.resume("*", "*", "one.example");
            node.await("delivered", () -> node.queued() == 0);
        }
    }

    @Test
    void aStopLetsTheWireFinishAndKeepsTheRest() throws Exception {
        var first = new Node(directory).policy("connections", "2");
        var gate = new Semaphore(0);
        first.start();
        first.transport.stalled.put("mx.one.example", gate);
        for (int i = 0; i < 10; i++) {
            first.put("r" + i + "@one.example");
        }
        first.await("two on the wire", () -> first.transport.open.get() == 2);
        Thread stopping = Thread.ofVirtual().start(first::close);
        first.await("refusing", () -> first.queue.closed().equals("stopping"));
        assertThrows(StoreException.class, () -> first.queue.put(List.of()));
        gate.release(100);
        stopping.join();
        assertEquals(2, first.transport.sent().size());
        try (var node = new Node(directory, first.clock).policy().start()) {
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(8, node.transport.sent().size());
        }
    }

    @Test
    void whatDoesNotFinishInTimeIsKept() {
        var settings = new DispatchSettings(10, 2, Duration.ofMillis(50));
        var first = new Node(directory).settings(settings).policy();
        first.start();
        first.transport.stalled.put("mx.one.example", new Semaphore(0));
        first.put("a@one.example");
        first.await("on the wire", () -> first.dispatch.index().total().inflight() == 1);
        first.close();
        try (var node = new Node(directory, first.clock).policy().start()) {
            assertEquals(1, node.queued());
        }
    }

    @Test
    void largeContentComesThrough() throws Exception {
        try (var node = new Node(directory).policy().start()) {
            node.put(message -> message, "small@one.example");
            long id = node.ids.next();
            var rest = node.queue.large(id);
            byte[] chunk = new byte[mta.core.intake.Store.CHUNK_BYTES];
            java.util.Arrays.fill(chunk, (byte) 'x');
            rest.write(chunk);
            rest.write(new byte[] {'e', 'n', 'd'});
            var message = new mta.core.intake.StoredMessage(
                    id,
                    node.clock.instant(),
                    mta.plugins.api.routing.Intake.Origin.plugin("t"),
                    new mta.plugins.api.mail.Envelope(
                            mta.plugins.api.mail.Sender.of(mta.plugins.api.Address.of("s@s.example")),
                            List.of(mta.plugins.api.mail.Recipient.of("large@one.example"))),
                    mta.core.intake.StoredMessage.Placed.DEFAULT,
                    Node.BODY.length + rest.size(),
                    Optional.empty(),
                    java.util.Map.of());
            node.queue.put(List.of(new mta.core.intake.Store.Parcel(message, Node.BODY, Optional.of(rest))));
            rest.close();
            node.await("delivered", () -> node.queued() == 0);
            String content = node.transport.sent().stream()
                    .filter(sent -> sent.recipients().contains("large@one.example"))
                    .findFirst()
                    .orElseThrow()
                    .content();
            assertEquals(Node.BODY.length + chunk.length + 3, content.length());
            assertTrue(content.endsWith("xend"));
        }
    }
}

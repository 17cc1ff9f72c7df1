package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import mta.core.intake.StoredMessage;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;
import mta.queue.entry.Entry;
import mta.queue.entry.EntryCodec;
import mta.queue.spool.Batch;
import mta.queue.spool.Durability;
import mta.queue.spool.Spool;
import mta.queue.spool.SpoolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever breaks around an entry: it is not left in flight for ever, and what was taken is not sent again. */
class BrokenPartsTest {

    @TempDir
    Path directory;

    private static Spool unreadable(Spool real, AtomicBoolean broken) {
        return (Spool) Proxy.newProxyInstance(
                Spool.class.getClassLoader(), new Class<?>[] {Spool.class}, (_, method, arguments) -> {
                    if (method.getName().equals("body") && broken.get()) {
                        throw new SpoolException(SpoolException.Kind.DAMAGED, "a block does not match its checksum");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aBodyThatCannotBeReadIsTriedAgain() {
        var broken = new AtomicBoolean(true);
        var node = new Node(directory).policy();
        node.between = real -> unreadable(real, broken);
        try (node) {
            node.start();
            node.put("a@one.example");
            node.settle();
            assertEquals(0, node.transport.sent().size());
            broken.set(false);
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(new String(Node.BODY), node.transport.sent().getFirst().content());
        }
    }

    @Test
    void anEntryThatIsLookedAfterIsNotKeptByABug() {
        var broken = new AtomicBoolean();
        var node = new Node(directory).policy("expiry", "1h");
        node.between = real -> (Spool) Proxy.newProxyInstance(
                Spool.class.getClassLoader(), new Class<?>[] {Spool.class}, (_, method, arguments) -> {
                    if (method.getName().equals("state") && broken.getAndSet(false)) {
                        throw new IllegalStateException("a bug");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (node) {
            node.start();
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "greylisted");
            node.put("a@one.example");
            node.settle();
            new Operations(node.dispatch).suspend("*", "*", "*", "test");
            broken.set(true);
            node.pass(Duration.ofHours(2));
            assertEquals(false, broken.get(), "nobody looked");
            node.pass(Duration.ofMinutes(2));
            node.await("expired", () -> node.queued() == 0);
            assertEquals(1, node.records(Bounced.class).size());
        }
    }

    @Test
    void steeringThatCannotBeReadKeepsNoMailFromBeingLoaded() {
        var node = new Node(directory).policy();
        try (node) {
            node.start();
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "greylisted");
            node.put("a@one.example");
            node.settle();
            node.spool.commit(new Batch().put(1, new byte[0], new byte[] {99, 1, 2}), Durability.SYNCED);
        }
        node.transport.answer = (_, _) -> ScriptedTransport.OK;
        try (node) {
            node.start();
            node.pass(Duration.ofMinutes(10));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.taken("a@one.example"));
        }
    }

    @Test
    void aBodyThatIsLostExpires() {
        var node = new Node(directory).policy("expiry", "1h");
        node.between = real -> unreadable(real, new AtomicBoolean(true));
        try (node) {
            node.start();
            node.put("a@one.example");
            node.settle();
            node.pass(Duration.ofHours(2));
            node.await("expired", () -> node.queued() == 0);
            assertEquals(0, node.transport.sent().size());
            assertEquals(1, node.records(Bounced.class).size());
        }
    }

    @Test
    void anErrorOfATransportIsAnAttempt() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.answer = (_, _) -> {
                throw new AssertionError("a bug");
            };
            node.put("a@one.example");
            node.settle();
            node.transport.answer = (_, _) -> ScriptedTransport.OK;
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.taken("a@one.example"));
        }
    }

    @Test
    void anErrorWhileOpeningLeavesThePathItsPlace() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.opening = () -> {
                throw new AssertionError("a bug");
            };
            node.put("a@one.example");
            node.await("dialled", () -> node.transport.dialled.get() == 1);
            node.transport.opening = () -> {};
            node.settleIgnoringWork();
            node.pass(Duration.ofMinutes(30));
            node.await("delivered", () -> node.queued() == 0);
        }
    }

    @Test
    void whatWasTakenIsNotSentAgainWhenTheTransportFailsBehindIt() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.asked = () -> {
                throw new IllegalStateException("a bug");
            };
            node.put("a@one.example");
            node.await("sent", () -> node.transport.taken("a@one.example") == 1);
            node.settle();
            node.transport.asked = () -> {};
            node.pass(Duration.ofMinutes(30));
            assertEquals(0, node.queued());
            assertEquals(1, node.transport.taken("a@one.example"));
        }
    }

    @Test
    void whatCameWhileTheSpoolIsLoadedDoesNotEndTheLoading() {
        try (var node = new Node(directory).policy("retry", "5m").start()) {
            node.transport.answer = (_, _) -> Reply.of(451, "4.7.1", "greylisted");
            node.put("first@one.example");
            node.settle();
            long id = node.ids.next();
            var envelope = new Envelope(
                    Sender.of(Address.of("sender@origin.example")), List.of(Recipient.of("second@one.example")));
            var message = new StoredMessage(
                    id,
                    node.clock.instant(),
                    Intake.Origin.plugin("test"),
                    envelope,
                    StoredMessage.Placed.DEFAULT,
                    Node.BODY.length,
                    Optional.empty(),
                    Map.of());
            byte[] state = EntryCodec.encode(Entry.of(message).getFirst());
            node.spool.commit(new Batch().put(id, Node.BODY, state), Durability.SYNCED);

            node.dispatch.startWithoutClock();
            assertEquals(2, node.queued());
        }
    }
}

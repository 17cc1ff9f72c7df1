package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import mta.plugins.api.log.PluginFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transport that does not come back costs neither a path its place nor a message its turn, and no other mail anything. */
class LateTransportTest {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    private Node node() {
        return new Node(directory)
                .policy("connections", "1")
                .settings(new DispatchSettings(200, 8, Duration.ofSeconds(10), LIMIT));
    }

    @Test
    void oneThatHeedsItsInterruptionIsTriedAgain() throws Exception {
        var node = node();
        var at = new CountDownLatch(1);
        node.transport.answer = (attempt, recipient) -> {
            if (recipient.address().toString().endsWith("bad.example") && attempt.number() == 1) {
                at.countDown();
                waitForEver();
            }
            return ScriptedTransport.OK;
        };
        try (node) {
            node.start();
            node.put("a@bad.example");
            node.put("b@good.example");
            node.await("the other one is delivered", () -> node.queued() == 1);
            at.await();
            node.clock.advance(LIMIT.minusSeconds(1));
            node.dispatch.tick();
            assertEquals(List.of(), node.records(PluginFailure.class));
            node.clock.advance(Duration.ofSeconds(2));
            node.await("interrupted", () -> !node.dispatch.isBusy());
            assertEquals(1, node.queued());
            PluginFailure failure = node.records(PluginFailure.class).getFirst();
            assertEquals("smtp send late tempfail", words(failure));
            assertTrue(failure.detail().contains("LateTransportTest"), failure.detail());
            node.pass(Duration.ofMinutes(6));
            node.await("delivered at the second try", () -> node.queued() == 0);
        }
    }

    @Test
    void oneThatIgnoresItIsGivenUpAndWhatItSaysLaterIsNotHeard() throws Exception {
        var node = node();
        var at = new CountDownLatch(1);
        var hold = new Semaphore(0);
        var first = new AtomicBoolean(true);
        node.transport.answer = (attempt, recipient) -> {
            if (first.getAndSet(false)) {
                at.countDown();
                hold.acquireUninterruptibly();
            }
            return ScriptedTransport.OK;
        };
        try (node) {
            node.start();
            node.put("a@bad.example");
            at.await();
            node.clock.advance(LIMIT.plusSeconds(1));
            node.await("interrupted", () -> node.records(PluginFailure.class).size() == 1);
            node.clock.advance(Duration.ofSeconds(11));
            node.await("given up", () -> node.records(PluginFailure.class).size() == 2);
            assertEquals(
                    "smtp send hung tempfail",
                    words(node.records(PluginFailure.class).getLast()));
            node.await("the path has its place back", () -> !node.dispatch.isBusy());
            assertEquals(1, node.queued());
            node.pass(Duration.ofMinutes(6));
            node.await("delivered by another channel", () -> node.queued() == 0);
            hold.release();
            node.put("b@bad.example");
            node.await("the thread that came back is not in the way", () -> node.queued() == 0);
        } finally {
            hold.release(100);
        }
    }

    @Test
    void oneThatHangsWhileItOpensRestsThePath() throws Exception {
        var node = node();
        var at = new CountDownLatch(1);
        var hold = new Semaphore(0);
        node.transport.opening = () -> {
            at.countDown();
            hold.acquireUninterruptibly();
        };
        try (node) {
            node.start();
            node.put("a@bad.example");
            at.await();
            node.transport.opening = () -> {};
            node.clock.advance(LIMIT.plusSeconds(1));
            node.await("interrupted", () -> node.records(PluginFailure.class).size() == 1);
            node.clock.advance(Duration.ofSeconds(11));
            node.await("given up", () -> node.records(PluginFailure.class).size() == 2);
            assertEquals(
                    "smtp open hung tempfail",
                    words(node.records(PluginFailure.class).getLast()));
            node.await("the path has its place back", () -> !node.dispatch.isBusy());
            node.pass(Duration.ofMinutes(10));
            node.await("delivered", () -> node.queued() == 0);
        } finally {
            hold.release(100);
        }
    }

    private static void waitForEver() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static String words(PluginFailure failure) {
        return failure.plugin() + " " + failure.stage() + " " + failure.failure() + " " + failure.action();
    }
}

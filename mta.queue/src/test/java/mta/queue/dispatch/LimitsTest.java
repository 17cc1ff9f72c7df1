package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A path keeps its limits, and changes of policy reach it while it runs. */
class LimitsTest {

    @TempDir
    Path directory;

    @Test
    void noMoreConnectionsThanAllowedAndNoFewerWhenThereIsWork() {
        try (var node = new Node(directory).policy("connections", "3").start()) {
            var gate = new Semaphore(0);
            node.transport.stalled.put("mx.one.example", gate);
            for (int i = 0; i < 20; i++) {
                node.put("r" + i + "@one.example");
            }
            // The first proves that the site answers; a stalled one proves nothing, but its channel is open.
            node.await("three busy", () -> node.transport.open.get() == 3);
            gate.release(1000);
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(3, node.transport.mostOpen.get());
            assertEquals(20, node.transport.sent().size());
        }
    }

    @Test
    void channelsAreReusedAndUsedUp() {
        try (var node = new Node(directory)
                .policy("connections", "1", "messagesPerConnection", "5")
                .start()) {
            for (int i = 0; i < 20; i++) {
                node.put("r" + i + "@one.example");
            }
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(node.transport.dialled.get() >= 4, "dialled " + node.transport.dialled);
            assertTrue(node.transport.dialled.get() <= 5, "dialled " + node.transport.dialled);
        }
    }

    @Test
    void idleChannelsAreClosed() {
        try (var node = new Node(directory).policy("idle", "10s").start()) {
            node.put("a@one.example");
            node.await("delivered", () -> node.queued() == 0);
            node.settle();
            assertEquals(1, node.transport.open.get());
            node.clock.advance(Duration.ofSeconds(5));
            node.put("b@one.example");
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.dialled.get());
            node.pass(Duration.ofSeconds(15));
            node.await("closed", () -> node.transport.open.get() == 0);
        }
    }

    @Test
    void aTransactionHasNoMoreRecipientsThanAllowed() {
        try (var node =
                new Node(directory).policy("recipientsPerTransaction", "4").start()) {
            node.put(IntStream.range(0, 10)
                    .mapToObj(i -> "r" + i + "@one.example")
                    .toArray(String[]::new));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(
                    List.of(4, 4, 2),
                    node.transport.sent().stream()
                            .map(each -> each.recipients().size())
                            .toList());
            assertTrue(node.transport.sent().stream().allMatch(each -> each.attempt() == 1));
        }
    }

    @Test
    void theRateHoldsOverTime() {
        try (var node =
                new Node(directory).policy("rate", "60/m", "idle", "10m").start()) {
            for (int i = 0; i < 30; i++) {
                node.put("r" + i + "@one.example");
            }
            node.await("the first", () -> node.transport.sent().size() == 1);
            node.settleIgnoringWork();
            for (int second = 1; second <= 20; second++) {
                node.clock.advance(Duration.ofSeconds(1));
                int expected = second + 1;
                node.await("one more", () -> node.transport.sent().size() == expected);
            }
            assertEquals(21, node.transport.sent().size());
        }
    }

    @Test
    void aPolicyChangeReachesRunningPaths() {
        try (var node = new Node(directory).policy("connections", "1").start()) {
            var gate = new Semaphore(0);
            node.transport.stalled.put("mx.one.example", gate);
            for (int i = 0; i < 10; i++) {
                node.put("r" + i + "@one.example");
            }
            node.await("one busy", () -> node.transport.open.get() == 1);
            node.policy("connections", "4");
            node.await("four busy", () -> node.transport.open.get() == 4);
            gate.release(1000);
            node.await("delivered", () -> node.queued() == 0);
        }
    }

    @Test
    void poolsShareByWeight() {
        try (var node = new Node(directory).policy("pool", "two").start()) {
            node.policies.sources(Map.of("s1", named("s1"), "s2", named("s2")));
            node.policies.pools(Map.of("two", List.of(new PoolFor.Member("s1", 3), new PoolFor.Member("s2", 1))));
            for (int i = 0; i < 40; i++) {
                node.put("r" + i + "@one.example");
            }
            node.await("delivered", () -> node.queued() == 0);
            Map<String, Integer> bySource = new HashMap<>();
            node.transport.sent().forEach(each -> bySource.merge(each.path(), 1, Integer::sum));
            assertEquals(30, bySource.get("smtp:mx.one.example via s1"));
            assertEquals(10, bySource.get("smtp:mx.one.example via s2"));
        }
    }

    private static Source named(String name) {
        return new Source(name, Source.DEFAULT.address(), Source.DEFAULT.helo(), Source.DEFAULT.proxy());
    }

    @Test
    void aServerThatHangsUpMakesThePathRest() {
        try (var node = new Node(directory)
                .policy("backoff", "1m", "retry", "10s", "connections", "1")
                .start()) {
            node.transport.answer = (_, _) -> {
                throw new IOException("reset");
            };
            node.put("a@one.example");
            node.put("b@one.example");
            node.await("tried", () -> node.transport.dialled.get() == 1);
            node.settle();
            node.pass(Duration.ofSeconds(30));
            assertEquals(1, node.transport.dialled.get(), "rests, though mail is due");
            node.transport.answer = (_, _) -> ScriptedTransport.OK;
            node.pass(Duration.ofMinutes(2));
            node.await("delivered", () -> node.queued() == 0);
        }
    }

    @Test
    void nobodyIsSentTwiceWhenAnOutcomeIsMissing() {
        try (var node = new Node(directory).policy().start()) {
            node.transport.answer = (attempt, recipient) ->
                    attempt.number() == 1 && recipient.address().localPart().equals("lost")
                            ? Reply.of(451, "4.3.0", "lost")
                            : ScriptedTransport.OK;
            node.put("a@one.example", "lost@one.example", "b@one.example");
            node.settle();
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            List<String> all = new ArrayList<>();
            node.transport.sent().forEach(each -> all.addAll(each.recipients()));
            all.sort(null);
            assertEquals(List.of("a@one.example", "b@one.example", "lost@one.example"), all);
            assertEquals(
                    List.of(Recipient.of("lost@one.example").address().toString()),
                    node.transport.sent().getLast().recipients());
        }
    }
}

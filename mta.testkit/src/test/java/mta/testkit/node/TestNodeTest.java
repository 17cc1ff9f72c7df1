package mta.testkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.Verdict;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.log.Deferred;
import mta.plugins.api.log.Delivered;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Transaction;
import mta.queue.dispatch.Action;
import mta.queue.index.Filter;
import mta.testkit.dns.FakeDns;
import mta.testkit.smtp.Received;
import mta.testkit.smtp.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promises of the whole node, in process: what got 250 is delivered once, bounced, or still there. */
class TestNodeTest {

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private ScriptedServer peer(ScriptedServer server) {
        server.start();
        open.add(server);
        return server;
    }

    private TestNode node(TestNode.Builder builder) {
        TestNode node = builder.start();
        open.add(node);
        return node;
    }

    private TestNode.Builder to(ScriptedServer peer) {
        return TestNode.builder(directory).to(peer.port());
    }

    private static void accepted(String reply) {
        assertTrue(reply.startsWith("250 "), reply);
    }

    @Test
    void mailGoesFromEndToEndByTheMxOfItsDestination() {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        var dns = new FakeDns().mx("dest.example", "10 mx.dest.example").address("mx.dest.example", "127.0.0.1");
        TestNode node = node(TestNode.builder(directory).dns(dns, peer.port()));
        accepted(node.send("a@origin.example", "b@dest.example"));
        Received received = peer.take();
        assertEquals(List.of("RCPT TO:<b@dest.example>"), received.rcpts());
        assertTrue(received.text().startsWith("Received: "), received.text());
        assertTrue(received.text().endsWith("\r\n\r\nHello\r\n"), received.text());
        node.await("the queue is empty", () -> node.queued() == 0);
        assertEquals(1, node.records(Delivered.class).size());
    }

    @Test
    void a4xxIsTriedAgainWhenItsTimeHasComeAndNotBefore() {
        ScriptedServer peer = peer(ScriptedServer.smtp().on("RCPT", "451 4.2.0 not now", "250 ok"));
        TestNode node = node(to(peer).policy("retry", "10m"));
        accepted(node.send("a@origin.example", "b@dest.example"));
        node.await("it is deferred", () -> node.records(Deferred.class).size() == 1);
        node.advance(Duration.ofMinutes(9));
        assertEquals(1, node.queued());
        assertEquals(0, peer.accepted());
        node.advance(Duration.ofMinutes(2));
        peer.take();
        node.await("the queue is empty", () -> node.queued() == 0);
        assertEquals(1, peer.accepted());
    }

    @Test
    void eachRecipientHasItsOwnOutcome() {
        ScriptedServer peer = peer(ScriptedServer.smtp()
                .on("RCPT TO:<gone@", "550 5.1.1 unknown")
                .on("RCPT TO:<full@", "452 4.2.2 full", "250 ok"));
        TestNode node = node(to(peer));
        accepted(node.send("a@origin.example", "good@dest.example", "gone@dest.example", "full@dest.example"));
        assertEquals(List.of("RCPT TO:<good@dest.example>"), peer.take().rcpts());
        node.await(
                "two are judged",
                () -> node.records(Deferred.class).size() == 1
                        && node.records(Bounced.class).size() == 1);
        node.advance(Duration.ofMinutes(6));
        assertEquals(List.of("RCPT TO:<full@dest.example>"), peer.take().rcpts());
        node.await("the queue is empty", () -> node.queued() == 0);
        assertEquals(2, peer.accepted());
    }

    @Test
    void whatExpiresIsBouncedAndNotSent() {
        ScriptedServer peer = peer(ScriptedServer.smtp().on("RCPT", "451 4.2.0 never"));
        TestNode node = node(to(peer).policy("expiry", "1h"));
        accepted(node.send("a@origin.example", "b@dest.example"));
        node.await("it is deferred", () -> node.records(Deferred.class).size() == 1);
        node.advance(Duration.ofHours(2));
        node.await("it has expired", () -> node.queued() == 0);
        assertEquals(1, node.records(Bounced.class).size());
        assertEquals(0, peer.accepted());
    }

    @Test
    void aSuspensionAndTheMailBehindItSurviveARestart() {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        TestNode node = node(to(peer));
        node.operations().suspend("*", "*", "dest.example", "test");
        accepted(node.send("a@origin.example", "b@dest.example"));
        node.restart();
        accepted(node.send("a@origin.example", "c@other.example"));
        assertEquals(List.of("RCPT TO:<c@other.example>"), peer.take().rcpts());
        node.await("the other one is written down", () -> node.queued() == 1);
        node.operations().resume("*", "*", "dest.example");
        assertEquals(List.of("RCPT TO:<b@dest.example>"), peer.take().rcpts());
    }

    @Test
    void whatIsHeldWaitsUntilItIsReleased() {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        TestNode node = node(to(peer));
        node.operations().suspend("*", "*", "dest.example", "test");
        accepted(node.send("a@origin.example", "b@dest.example"));
        node.operations().act(new Filter.All(), new Action.Hold("look at it"), _ -> {}, () -> false);
        node.operations().resume("*", "*", "dest.example");
        accepted(node.send("a@origin.example", "c@dest.example"));
        assertEquals(List.of("RCPT TO:<c@dest.example>"), peer.take().rcpts());
        node.restart();
        node.await("loaded", () -> node.queued() == 1);
        node.operations().act(new Filter.All(), new Action.Release(), _ -> {}, () -> false);
        assertEquals(List.of("RCPT TO:<b@dest.example>"), peer.take().rcpts());
    }

    @Test
    void whatWasDeliveredIsNotSentAgainAfterARestart() {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        TestNode node = node(to(peer));
        for (int i = 0; i < 50; i++) {
            accepted(node.send("a@origin.example", "b" + i + "@dest.example"));
        }
        node.await("all is delivered", () -> node.records(Delivered.class).size() == 50);
        node.restart();
        accepted(node.send("a@origin.example", "last@dest.example"));
        node.await("the last is delivered", () -> node.records(Delivered.class).size() == 51);
        assertEquals(51, peer.accepted());
    }

    @Test
    void aRequiredPluginThatIsMissingTempfails() {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        TestNode node = node(to(peer).plugin("guard", new Guard("1", new ConcurrentLinkedQueue<>()))
                .binding("guard", required()));
        accepted(node.send("a@origin.example", "b@dest.example"));
        node.remove("guard");
        String reply = node.send("a@origin.example", "b@dest.example");
        assertTrue(reply.startsWith("4"), reply);
        node.await("the queue is empty", () -> node.queued() == 0);
        assertEquals(1, peer.accepted());
    }

    @Test
    void aPluginIsReplacedUnderLoadAndEveryMessageHasPassedOne() throws Exception {
        ScriptedServer peer = peer(ScriptedServer.smtp());
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        TestNode node = node(to(peer).plugin("guard", new Guard("0", seen)).binding("guard", required()));
        int messages = 400;
        var started = new AtomicInteger();
        Queue<String> replies = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                for (int n = started.incrementAndGet(); n <= messages; n = started.incrementAndGet()) {
                    replies.add(node.send("a@origin.example", n + "@dest.example"));
                }
            }));
        }
        for (int version = 1; version <= 20; version++) {
            int due = version * messages / 25;
            node.await("load", () -> started.get() >= due);
            node.swap("guard", new Guard(Integer.toString(version), seen));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(
                messages,
                replies.stream().filter(reply -> reply.startsWith("250 ")).count(),
                replies.toString());
        node.await("the queue is empty", () -> node.queued() == 0);
        assertEquals(messages, peer.accepted());
        assertEquals(messages, seen.size());
        assertTrue(seen.stream().distinct().count() > 5, "versions in use");
    }

    private static Map<String, Object> required() {
        return Map.of("plugin", "guard", "point", "Reception", "stages", "rcpt", "required", true);
    }

    /** Lets everything pass and says so. */
    private record Guard(String version, Queue<String> seen) implements Reception {
        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            seen.add(version);
            return Verdict.next();
        }
    }
}

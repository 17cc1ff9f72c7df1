package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import mta.core.intake.Store;
import mta.core.intake.StoredMessage;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.mail.Envelope;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.routing.Intake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody's mail is buried by somebody else's, and the dead hold up nobody. */
class FairnessTest {

    @TempDir
    Path directory;

    private static int position(Node node, String recipient) {
        List<ScriptedTransport.Sent> sent = node.transport.sent();
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).recipients().contains(recipient)) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void aBlastDoesNotBuryAnotherTenantsMessage() {
        try (var node = new Node(directory).policy("connections", "1").start()) {
            var gate = new Semaphore(0);
            node.transport.stalled.put("mx.one.example", gate);
            for (int i = 0; i < 500; i++) {
                node.put(Node.of("blaster", "spring", 5), "r" + i + "@one.example");
            }
            node.put(Node.of("small", "", 5), "reset@one.example");
            node.put(Node.of("blaster", "urgent", 0), "first@one.example");
            // Looking up where a queue's mail goes takes a moment; the order holds among those that are on their path.
            node.await(
                    "routed",
                    () -> node.dispatch.ledger.queues().stream()
                            .allMatch(queue ->
                                    queue.standing == Queue.Standing.ROUTED && node.dispatch.ledger.isEmpty(queue)));
            gate.release(100_000);
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(position(node, "first@one.example") <= 2, "at " + position(node, "first@one.example"));
            assertTrue(position(node, "reset@one.example") < 40, "at " + position(node, "reset@one.example"));
            assertEquals(502, node.transport.sent().size());
        }
    }

    @Test
    void aTarpitDelaysNobodyElse() {
        try (var node = new Node(directory).policy("connections", "5").start()) {
            node.transport.stalled.put("mx.tar.example", new Semaphore(0));
            for (int i = 0; i < 50; i++) {
                node.put("r" + i + "@tar.example");
            }
            for (int i = 0; i < 50; i++) {
                node.put("r" + i + "@one.example");
            }
            node.await("delivered elsewhere", () -> node.transport.sent().size() == 50);
            assertEquals(5, node.transport.openBySite.get("mx.tar.example").get());
            assertEquals(50, node.queued());
            node.transport.stalled.get("mx.tar.example").release(1000);
            node.await("delivered", () -> node.queued() == 0);
        }
    }

    @Test
    void aHundredThousandDeadDestinationsCostNothingButTheirIndex() throws Exception {
        int dead = 100_000;
        var settings = new DispatchSettings(500, 8, Duration.ofSeconds(10));
        try (var node = new Node(directory)
                .settings(settings)
                .policy("backoff", "1h", "maxBackoff", "1h")
                .start()) {
            node.transport.resolution = destination -> destination.startsWith("x")
                    ? new Resolution.Unknown(Reply.of(451, "4.4.3", "no answer"))
                    : new Resolution.Site("mx." + destination, List.of(), Duration.ofHours(6));
            var unreachable = Reply.of(451, "4.4.1", "timed out");
            List<Store.Parcel> parcels = new ArrayList<>();
            for (int i = 0; i < dead; i++) {
                String domain = (i % 2 == 0 ? "x" : "d") + i + ".example";
                node.transport.dead.put("mx." + domain, unreachable);
                parcels.add(parcel(node, "r@" + domain));
                if (parcels.size() == 1000) {
                    node.queue.put(parcels);
                    parcels = new ArrayList<>();
                }
            }
            node.await(
                    "all tried",
                    () -> node.transport.dialled.get() == dead / 2
                            && node.transport.resolved.get() >= dead
                            && !node.dispatch.isBusy());
            assertEquals(dead, node.queued());
            assertEquals(0, node.dispatch.ledger.channels());
            // Nobody else notices.
            for (int i = 0; i < 100; i++) {
                node.put("r" + i + "@alive.example");
            }
            node.await("the living get theirs", () -> node.queued() == dead);
            assertEquals(dead / 2 + 1, firstDials(node));
            // They are tried again when their time has come, each once.
            int before = node.transport.dialled.get();
            node.clock.advance(Duration.ofMinutes(61));
            node.await(
                    "tried again", () -> node.transport.dialled.get() >= before + dead / 2 && !node.dispatch.isBusy());
            Set<String> sites = new HashSet<>(node.transport.openBySite.keySet());
            assertEquals(Set.of("mx.alive.example"), sites);
        }
    }

    private static int firstDials(Node node) {
        // The living site may have needed more than one connection; count it once.
        int alive = node.transport.dialled.get() - node.transport.dead.size() / 2;
        return node.transport.dialled.get() - alive + Math.min(1, alive);
    }

    private static Store.Parcel parcel(Node node, String recipient) {
        var envelope = new Envelope(Sender.of(Address.of("s@origin.example")), List.of(Recipient.of(recipient)));
        var message = new StoredMessage(
                node.ids.next(),
                node.clock.instant(),
                Intake.Origin.plugin("test"),
                envelope,
                StoredMessage.Placed.DEFAULT,
                Node.BODY.length,
                Optional.empty(),
                Map.of());
        return new Store.Parcel(message, Node.BODY, Optional.empty());
    }
}

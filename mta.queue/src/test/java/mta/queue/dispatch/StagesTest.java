package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Fate;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.log.Bounced;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plugins may say around an attempt. */
class StagesTest {

    @TempDir
    Path directory;

    private final AtomicReference<Verdict> says = new AtomicReference<>(Verdict.next());
    private final ConcurrentLinkedQueue<Fate> done = new ConcurrentLinkedQueue<>();

    @Test
    void readyMayPutOffHoldDiscardAndRefuse() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Verdict ready(Attempt attempt) {
                        return says.get();
                    }

                    @Override
                    public void done(Attempt attempt, Recipient recipient, Fate fate) {
                        done.add(fate);
                    }
                },
                "ready",
                "done");
        try (node) {
            node.start();
            says.set(Verdict.later(node.clock.instant().plusSeconds(600), Reply.of(450, "4.7.0", "quota")));
            node.put("a@one.example");
            node.settle();
            says.set(Verdict.next());
            node.pass(Duration.ofMinutes(9));
            assertEquals(0, node.transport.sent().size());
            node.pass(Duration.ofMinutes(2));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.sent().getFirst().attempt(), "no attempt was charged");

            says.set(Verdict.hold("suspicious"));
            node.put("b@one.example");
            node.await("held", () -> node.dispatch.index().total().held() == 1);

            says.set(Verdict.discard("trap"));
            node.put("c@one.example");
            node.await("dropped", () -> node.queued() == 1);

            says.set(Verdict.refuse("550 5.7.1 no"));
            node.put("d@one.example");
            node.await("bounced", () -> node.queued() == 1 && done.size() == 3);
            assertEquals(1, node.transport.sent().size());
        }
    }

    @Test
    void aReplyMayBeSeenOtherwiseButNotUndone() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Verdict response(Attempt attempt, Recipient recipient, Reply reply) {
                        return reply.isPositive()
                                ? Verdict.refuse("451 4.0.0 again please")
                                : Verdict.refuse("550 5.7.1 blocked for good");
                    }
                },
                "response");
        try (node) {
            node.start();
            node.put("a@one.example");
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(1, node.transport.sent().size());
            node.transport.answer = (_, _) -> Reply.of(421, "4.7.0", "blocked");
            node.put("b@one.example");
            node.await("bounced", () -> node.queued() == 0);
            assertEquals(
                    "5.7.1",
                    node.records(Bounced.class).getFirst().reply().enhanced().toString());
        }
    }

    @Test
    void retryMayChooseTheTimeOrGiveUp() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Verdict retry(Attempt attempt, Recipient recipient, Reply reply, Instant next) {
                        return attempt.number() < 2
                                ? Verdict.later(node.clock.instant().plusSeconds(60), reply)
                                : Verdict.refuse("550 5.4.7 enough");
                    }
                },
                "retry");
        try (node) {
            node.start();
            node.transport.answer = (_, _) -> Reply.of(451, "4.0.0", "no");
            node.put("a@one.example");
            node.settle();
            assertEquals(1, node.transport.sent().size());
            node.pass(Duration.ofMinutes(2));
            node.await("bounced", () -> node.queued() == 0);
            assertEquals(2, node.transport.sent().size());
        }
    }

    @Test
    void envelopeAndContentChangeForTheAttemptOnly() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Verdict envelope(Attempt attempt, Message message) {
                        var sender = message.envelope().sender();
                        message.replaceSender(
                                sender.withAddress(Address.of("bounce+" + attempt.number() + "@origin.example")));
                        return Verdict.next();
                    }

                    @Override
                    public Verdict content(Attempt attempt, Message message) {
                        message.headers().prepend(Header.of("X-Attempt", Integer.toString(attempt.number())));
                        return Verdict.next();
                    }
                },
                "envelope",
                "content");
        try (node) {
            node.start();
            var senders = new ConcurrentLinkedQueue<String>();
            node.transport.answer = (attempt, _) -> {
                senders.add(attempt.message().envelope().sender().address().toString());
                return attempt.number() == 1 ? Reply.of(451, "4.0.0", "no") : ScriptedTransport.OK;
            };
            node.put("a@one.example");
            node.settle();
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertEquals(List.of("bounce+1@origin.example", "bounce+2@origin.example"), List.copyOf(senders));
            assertEquals(
                    "X-Attempt: 2\r\n" + new String(Node.BODY),
                    node.transport.sent().getLast().content());
        }
    }

    @Test
    void aPluginThatFailsCostsARetryNotAMessage() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Verdict content(Attempt attempt, Message message) {
                        message.headers().prepend(Header.of("X-Lost", "yes"));
                        if (attempt.number() == 1) {
                            throw new IllegalStateException("bug");
                        }
                        return Verdict.next();
                    }
                },
                "content");
        try (node) {
            node.start();
            node.put("a@one.example");
            node.settle();
            assertEquals(0, node.transport.sent().size());
            assertEquals(1, node.queued());
            node.pass(Duration.ofMinutes(6));
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(node.transport.sent().getFirst().content().startsWith("X-Lost: yes\r\nSubject"));
        }
    }

    @Test
    void pluginsMayResolve() {
        var node = new Node(directory).policy();
        node.plugin(
                "p",
                new Delivery() {
                    @Override
                    public Optional<Resolution> resolve(String transport, String destination) {
                        return destination.equals("one.example")
                                ? Optional.of(new Resolution.Site("elsewhere", List.of(), Duration.ofHours(1)))
                                : Optional.empty();
                    }
                },
                "resolve");
        try (node) {
            node.start();
            node.put("a@one.example", "b@two.example");
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(
                    node.transport.sent().stream().anyMatch(each -> each.path().startsWith("smtp:elsewhere ")));
            assertTrue(
                    node.transport.sent().stream().anyMatch(each -> each.path().startsWith("smtp:mx.two.example ")));
        }
    }
}

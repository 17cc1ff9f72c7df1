package mta.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;
import org.junit.jupiter.api.Test;

/**
 * What the queue relies on in any {@link Transport}. Extend it in the tests of one, in a scene where every recipient is
 * taken:
 *
 * <pre>{@code
 * class MyTransportContractTest extends TransportContract {
 *     protected Transport transport() { return new MyTransport(...); }
 * }
 * }</pre>
 */
public abstract class TransportContract {

    /** Content that a careless transport changes: dots, empty lines, octets beyond ASCII, no line end, a long line. */
    private static final List<String> CONTENTS = List.of(
            "Subject: plain\n\nHello\n",
            "Subject: dots\n\n.\n..\n.x\n\n.",
            "Subject: eight bits\n\n\u00e4\u20ac\n",
            "Subject: no body\n\n",
            "Subject: long\n\n" + "x".repeat(900) + "\n" + "y\n".repeat(20_000));

    /** A transport in a scene where everything succeeds. Called for each test. */
    protected abstract Transport transport() throws Exception;

    /** A destination that it delivers to: a domain, or a route such as {@code [127.0.0.1]:2525}. */
    protected String destination() {
        return "dest.example";
    }

    /** The plan that a channel is opened with; a transport that runs hook points of its own needs a real one. */
    protected Pin pin() {
        return TestPin.ONLY;
    }

    /** The attempt to deliver a message. */
    protected Attempt attempt(TestMessage message) {
        return TestAttempt.first(name(), message);
    }

    /** The name by which it is chosen. */
    protected String name() {
        return "contract";
    }

    /**
     * What has arrived so far, as text with one char per octet; empty if it cannot be told. Each message that was sent
     * must be somewhere in it.
     */
    protected Optional<String> arrived() throws Exception {
        return Optional.empty();
    }

    /** Where nobody can be reached; empty if there is no such place. */
    protected Optional<Transport> unreachable() throws Exception {
        return Optional.empty();
    }

    private final AtomicInteger ids = new AtomicInteger();

    private TestMessage message(String content) {
        return TestMessage.of(content)
                .id("0CONTRACT%04d".formatted(ids.incrementAndGet()))
                .from("sender@example.org")
                .to("one@dest.example")
                .to("two@dest.example")
                .to("three@dest.example");
    }

    private Attempt attempt(String content) {
        return attempt(message(content));
    }

    /** Opens a channel as the queue does: to where the destination is served. */
    private Transport.Channel open(Transport transport) throws Exception {
        Resolution resolution = transport.resolve(destination());
        assertNotNull(resolution, "resolve answers; who cannot tell says Unknown");
        if (resolution instanceof Resolution.Site site) {
            List<Hop> hops = site.hops();
            Path path = TestAttempt.path(name(), site.site());
            return transport.open(path, hops, pin());
        }
        throw new AssertionError(destination() + " cannot be reached: " + resolution);
    }

    @Test
    protected void theSiteHasANameAndMayBeBelievedForAWhile() throws Exception {
        if (transport().resolve(destination()) instanceof Resolution.Site site) {
            assertFalse(site.site().isEmpty());
            assertFalse(site.ttl().isNegative());
        }
    }

    @Test
    protected void eachRecipientHasExactlyOneOutcome() throws Exception {
        var attempt = attempt(CONTENTS.getFirst());
        try (Transport.Channel channel = open(transport())) {
            List<Outcome> outcomes = channel.send(attempt);
            assertEquals(attempt.recipients().size(), outcomes.size());
            var seen = new HashSet<Recipient>();
            outcomes.forEach(outcome -> seen.add(outcome.recipient()));
            assertEquals(new HashSet<>(attempt.recipients()), seen);
        }
    }

    @Test
    protected void anOutcomeFitsItsReply() throws Exception {
        try (Transport.Channel channel = open(transport())) {
            for (Outcome outcome : channel.send(attempt(CONTENTS.getFirst()))) {
                assertTrue(
                        switch (outcome) {
                            case Outcome.Delivered delivered ->
                                delivered.reply().isPositive();
                            case Outcome.Transient later -> later.reply().isTransient();
                            case Outcome.Permanent never -> never.reply().isPermanent();
                        },
                        outcome.toString());
                assertTrue(outcome instanceof Outcome.Delivered, "in this scene all are taken: " + outcome);
            }
        }
    }

    @Test
    protected void aReusableChannelTakesOneMessageAfterTheOther() throws Exception {
        Transport transport = transport();
        Transport.Channel channel = open(transport);
        try {
            for (String content : CONTENTS) {
                if (!delivered(channel.send(attempt(content)))) {
                    throw new AssertionError("not delivered: " + content.lines().findFirst());
                }
                if (!channel.reusable()) {
                    channel.close();
                    channel = open(transport);
                }
                assertNotNull(channel.peer());
            }
        } finally {
            channel.close();
        }
    }

    @Test
    protected void contentArrivesAsItIs() throws Exception {
        Transport transport = transport();
        for (String content : CONTENTS) {
            TestMessage message = message(content);
            String before = message.text();
            try (Transport.Channel channel = open(transport)) {
                channel.send(attempt(message));
            }
            assertEquals(before, message.text(), "a transport changes nothing in the message");
            Optional<String> arrived = arrived();
            String body = before.substring(before.indexOf("\r\n\r\n") + 4).stripTrailing();
            if (arrived.isPresent()) {
                assertTrue(
                        arrived.get().contains(body),
                        () -> "lost or changed: " + content.lines().findFirst());
            }
        }
    }

    @Test
    protected void channelsAreIndependent() throws Exception {
        Transport transport = transport();
        int count = 4;
        var all = new CountDownLatch(count);
        var failure = new AtomicReference<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (Transport.Channel channel = open(transport)) {
                    all.countDown();
                    all.await(); // all of them open at the same time
                    if (!delivered(channel.send(attempt(CONTENTS.getFirst())))) {
                        throw new AssertionError("not delivered");
                    }
                } catch (Exception | AssertionError e) {
                    all.countDown();
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError("beside other channels", failure.get());
        }
    }

    @Test
    protected void closingTwiceOrWithoutAMessageDoesNoHarm() throws Exception {
        Transport.Channel channel = open(transport());
        channel.close();
        channel.close();
    }

    /** Nobody reached is {@code ConnectException} or another IOException: the path rests, no message is charged. */
    @Test
    protected void whoCannotBeReachedIsSaidWhenOpening() throws Exception {
        Optional<Transport> none = unreachable();
        if (none.isPresent()) {
            assertThrows(IOException.class, () -> open(none.get()).close());
        }
    }

    private static boolean delivered(List<Outcome> outcomes) {
        return outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Delivered);
    }
}

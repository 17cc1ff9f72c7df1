package mta.queue.dispatch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.ConnectException;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.mail.Recipient;

/** Does what the test says; takes everything otherwise. Remembers what it was given. */
final class ScriptedTransport implements Transport {

    /** One transaction: message id and recipients. */
    record Sent(String id, String path, List<String> recipients, int attempt, String content) {}

    static final Reply OK = Reply.of(250, "2.0.0", "ok");

    /** What one recipient is told. */
    interface Answer {
        Reply to(Attempt attempt, Recipient recipient) throws IOException;
    }

    volatile Answer answer = (_, _) -> OK;
    volatile Function<String, Resolution> resolution =
            destination -> new Resolution.Site("mx." + destination, List.of(), Duration.ofHours(1));

    /** Sites that cannot be reached, with the reply. */
    final ConcurrentHashMap<String, Reply> dead = new ConcurrentHashMap<>();

    /** Sites whose server never answers, until it is released. */
    final ConcurrentHashMap<String, Semaphore> stalled = new ConcurrentHashMap<>();

    final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    final AtomicInteger resolved = new AtomicInteger();
    final AtomicInteger dialled = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger mostOpen = new AtomicInteger();
    final ConcurrentHashMap<String, AtomicInteger> openBySite = new ConcurrentHashMap<>();
    volatile boolean reusable = true;

    /** What a transport with bugs does while it opens a channel, and when it is asked about one. */
    volatile Runnable opening = () -> {};

    volatile Runnable asked = () -> {};

    @Override
    public Resolution resolve(String destination) {
        resolved.incrementAndGet();
        return resolution.apply(destination);
    }

    @Override
    public Channel open(Path path, List<Hop> hops, Pin pin) throws IOException {
        dialled.incrementAndGet();
        opening.run();
        Reply refusal = dead.get(path.site());
        if (refusal != null) {
            throw new ConnectException(refusal);
        }
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        openBySite.computeIfAbsent(path.site(), _ -> new AtomicInteger()).incrementAndGet();
        return new Line(path);
    }

    List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** How often each recipient was given to us with success. */
    int taken(String recipient) {
        return (int) sent.stream()
                .filter(each -> each.recipients().contains(recipient))
                .count();
    }

    private final class Line implements Channel {
        private final Path path;

        Line(Path path) {
            this.path = path;
        }

        @Override
        public List<Outcome> send(Attempt attempt) throws IOException {
            Semaphore gate = stalled.get(path.site());
            if (gate != null) {
                try {
                    gate.acquire();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
            List<Outcome> outcomes = new ArrayList<>();
            List<String> taken = new ArrayList<>();
            for (Recipient recipient : attempt.recipients()) {
                Outcome outcome = Outcome.of(recipient, answer.to(attempt, recipient));
                outcomes.add(outcome);
                if (outcome instanceof Outcome.Delivered) {
                    taken.add(recipient.address().toString());
                }
            }
            String content = new String(
                    attempt.message().content().open().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
            sent.add(new Sent(attempt.message().id(), path.name(), taken, attempt.number(), content));
            return outcomes;
        }

        @Override
        public boolean reusable() {
            asked.run();
            return reusable;
        }

        @Override
        public String peer() {
            asked.run();
            return "mx[192.0.2.1]:25";
        }

        @Override
        public void close() {
            open.decrementAndGet();
            openBySite.get(path.site()).decrementAndGet();
        }
    }
}

package mta.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import mta.plugins.api.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in the journal to the far side, batch by batch and in order, on a virtual thread of its own; the next
 * batch goes out when the one before is taken. Others look at its {@link #state}, wake it and close it.
 */
public final class Sender implements AutoCloseable {

    /**
     * @param maxRecords of a batch
     * @param maxBytes of a batch; one record may be larger
     * @param linger how long the first record waits for others
     * @param retry pause after the first failure; doubled with each further one
     * @param maxRetry longest pause
     * @param skipRefused whether a record that the far side refuses for good is given up
     */
    public record Settings(
            int maxRecords, long maxBytes, Duration linger, Duration retry, Duration maxRetry, boolean skipRefused) {}

    /**
     * @param sent records that the far side has taken since the start
     * @param skipped records given up since the start because the far side refused them
     * @param failures in a row
     * @param trouble the last of them; empty while all is well
     * @param next when it is tried again; empty while it is not waiting for that
     */
    public record State(long sent, long skipped, int failures, String trouble, Optional<Instant> next) {}

    static final State NOTHING_YET = new State(0, 0, 0, "", Optional.empty());

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final int QUOTED = 2000;
    private static final Duration LAST_BATCH = Duration.ofSeconds(3);

    private final String plugin;
    private final Journal journal;
    private final FarSide far;
    private final Settings settings;
    private final InstantSource clock;
    private final Metrics.Counter sent;
    private final Metrics.Counter failed;
    private final Thread thread;
    private int maxRecords;
    private volatile State state = NOTHING_YET;
    private volatile boolean closed;

    /** Guards the pause. */
    private final Object pausing = new Object();

    private boolean woken;

    /** @param plugin whose records they are, for the log and the names of meters */
    Sender(String plugin, Journal journal, FarSide far, Settings settings, InstantSource clock, Metrics metrics) {
        this.plugin = plugin;
        this.journal = journal;
        this.far = far;
        this.settings = settings;
        this.clock = clock;
        maxRecords = settings.maxRecords;
        sent = metrics.counter(plugin.replace('-', '.') + ".sent");
        failed = metrics.counter(plugin.replace('-', '.') + ".failed");
        thread = Thread.ofVirtual().name("mta/" + plugin).start(this::run);
    }

    private void run() {
        try {
            while (!closed && journal.awaitRecords()) {
                journal.linger(settings.linger, settings.maxBytes);
                step();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void step() throws InterruptedException {
        try {
            Optional<Batch> batch = journal.next(maxRecords, settings.maxBytes);
            if (batch.isPresent()) {
                after(batch.get(), far.send(batch.get()));
            }
        } catch (IOException e) {
            if (!closed) {
                failed("the journal: " + e.getMessage(), Duration.ZERO);
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error(
                    "{}", plugin,
                    e); // a defect of the far side's client must not end this thread: records would wait for ever
            failed(e.toString(), Duration.ZERO);
        }
    }

    private void after(Batch batch, Answer answer) throws IOException, InterruptedException {
        switch (answer) {
            case Answer.Taken() -> {
                journal.done(batch);
                taken(batch.records().size());
            }
            case Answer.Refused(boolean tooMuch, String reason) -> refused(batch, tooMuch, reason);
            case Answer.Failed(String reason, Duration after) -> failed(reason, after);
        }
    }

    private void taken(int records) {
        State before = state;
        if (before.failures > 0) {
            LOG.info("{}: records are taken again, after {} failures", plugin, before.failures);
        }
        sent.add(records);
        state = new State(before.sent + records, before.skipped, 0, "", Optional.empty());
    }

    /** Which record it is about is found by halving, so that the others get through. Too much are fewer from then on. */
    private void refused(Batch batch, boolean tooMuch, String reason) throws IOException, InterruptedException {
        if (batch.records().size() > 1 && (tooMuch || settings.skipRefused)) {
            journal.halve(batch);
            if (tooMuch) {
                maxRecords = Math.max(1, batch.records().size() / 2); // so will be those that follow
            }
            return;
        }
        if (!settings.skipRefused) {
            failed(reason, Duration.ZERO);
            return;
        }
        LOG.error(
                "{}: a record was refused with {} and is given up: {}",
                plugin,
                reason,
                quoted(far.text(batch.records().getFirst())));
        journal.done(batch);
        State before = state;
        state = new State(before.sent, before.skipped + 1, 0, "", Optional.empty());
    }

    private static String quoted(String record) {
        return record.length() <= QUOTED ? record : record.substring(0, QUOTED) + "...";
    }

    private void failed(String reason, Duration after) throws InterruptedException {
        State before = state;
        int failures = before.failures + 1;
        if (!reason.equals(before.trouble)) {
            LOG.warn("{}: records wait, {} bytes so far: {}", plugin, journal.backlog(), reason);
        }
        failed.increment();
        Duration pause = pause(failures, after);
        Instant next = clock.instant().plus(pause);
        state = new State(before.sent, before.skipped, failures, reason, Optional.of(next));
        sleep(pause);
    }

    /** Doubled each time, with jitter: nodes that lost the same far side do not come back in step. */
    private Duration pause(int failures, Duration after) {
        long longest = settings.maxRetry.toMillis();
        long doubled = settings.retry.toMillis() << Math.min(failures - 1, 20);
        long millis = Math.clamp(doubled, 1, longest);
        millis = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
        return Duration.ofMillis(Math.min(longest, Math.max(millis, after.toMillis())));
    }

    private void sleep(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        synchronized (pausing) {
            for (long left = time.toMillis(); left > 0 && !woken && !closed; ) {
                pausing.wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
            woken = false;
        }
    }

    /** Ends a pause. */
    void wake() {
        synchronized (pausing) {
            woken = true;
            pausing.notifyAll();
        }
    }

    State state() {
        return state;
    }

    /** Lets a batch that is under way end, for a moment; then it is cut off, to come again with the next start. */
    @Override
    public void close() {
        closed = true;
        wake();
        journal.end();
        try {
            if (!thread.join(LAST_BATCH)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        far.close();
    }
}

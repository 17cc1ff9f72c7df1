package mta.core.records;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import mta.core.hooks.HookRunner;
import mta.core.hooks.HookStage;
import mta.core.hooks.Link;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on their way to one sink, in order: in memory while it keeps up, on disk while it does not. One virtual thread
 * hands them over in batches; others only {@link #offer}.
 */
final class SinkQueue {

    private static final Logger log = LoggerFactory.getLogger(SinkQueue.class);
    private static final int CAPACITY = 1 << 14;
    private static final int BATCH = 1_000;

    /** Gathers a batch: a sink that writes once for many records costs mail next to nothing. */
    private static final Duration LINGER = Duration.ofMillis(10);

    /** How often a waiting thread looks whether it is to end. It is never interrupted: that would break a write to disk. */
    private static final Duration TICK = Duration.ofMillis(50);

    private static final int PAUSE_TICKS = 10;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final String binding;
    private final Spill spill;
    private final HookRunner runner;
    private final HookStage<RecordSink> write;
    private final BlockingQueue<LogRecord> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile Link<RecordSink> link;
    private volatile boolean closed;

    SinkQueue(String binding, Spill spill, HookRunner runner, HookStage<RecordSink> write) {
        this.binding = binding;
        this.spill = spill;
        this.runner = runner;
        this.write = write;
        this.thread = Thread.ofVirtual().name("mta/records/" + binding).unstarted(this::run);
    }

    /** The binding as the current plan has it. */
    SinkQueue rebind(Link<RecordSink> newer) {
        link = newer;
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        return this;
    }

    private static Selector kind(LogRecord record) {
        return key -> key.equals("kind") ? record.kind() : "";
    }

    void offer(LogRecord record) {
        if (!link.matches(kind(record)) || waiting.offer(record)) {
            return;
        }
        switch (link.onFailure()) {
            case BLOCK -> block(record);
            case DROP -> dropped.incrementAndGet();
            case SPILL, NEXT, TEMPFAIL, SHUTDOWN, REJECT, HOLD -> overflow(record);
        }
    }

    private void block(LogRecord record) {
        try {
            while (!waiting.offer(record, 100, TimeUnit.MILLISECONDS)) {
                if (closed) {
                    overflow(record);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            overflow(record);
        }
    }

    /** Memory is full: all of it goes to disk, in order, and this record behind it. */
    private void overflow(LogRecord record) {
        synchronized (spill) {
            var all = new ArrayList<LogRecord>(CAPACITY + 1);
            waiting.drainTo(all);
            all.add(record);
            keep(all);
        }
    }

    private void keep(List<LogRecord> records) {
        try {
            spill.append(records);
        } catch (IOException e) {
            dropped.addAndGet(records.size());
            log.error("{} records for {} are lost: they can neither be delivered nor kept", records.size(), binding, e);
        }
    }

    private void run() {
        while (!closed) {
            try {
                step();
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                log.error("records for {} go on after", binding, e);
                pause();
            }
        }
    }

    private void step() throws InterruptedException, IOException {
        if (!spill.isEmpty()) {
            fromDisk();
            return;
        }
        LogRecord first = waiting.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        Thread.sleep(LINGER);
        List<LogRecord> batch = new ArrayList<>();
        batch.add(first);
        waiting.drainTo(batch, BATCH - 1);
        if (!deliver(batch)) {
            switch (link.onFailure()) {
                case BLOCK -> retry(batch);
                case DROP, NEXT -> dropped.addAndGet(batch.size());
                case SPILL, TEMPFAIL, SHUTDOWN, REJECT, HOLD -> putBack(batch);
            }
        }
    }

    /** The batch is older than anything that overflowed meanwhile, so it goes in front. */
    private void putBack(List<LogRecord> batch) throws IOException {
        synchronized (spill) {
            spill.prepend(batch);
        }
        pause();
    }

    private void retry(List<LogRecord> batch) {
        while (!closed) {
            pause();
            if (deliver(batch)) {
                return;
            }
        }
        keep(batch);
    }

    private void fromDisk() throws IOException {
        List<LogRecord> batch = spill.peek(BATCH);
        if (batch.isEmpty() || deliver(batch)) {
            spill.drop();
        } else {
            pause();
        }
    }

    private boolean deliver(List<LogRecord> batch) {
        try (Pin pin = runner.pin()) {
            boolean taken = write.tell(link, pin, Selector.NONE, (sink, _) -> sink.write(List.copyOf(batch)));
            if (taken) {
                delivered.addAndGet(batch.size());
            }
            return taken;
        }
    }

    private void pause() {
        for (int i = 0; i < PAUSE_TICKS && !closed; i++) {
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    RecordBus.Backlog backlog() {
        return new RecordBus.Backlog(binding, waiting.size(), spill.bytes(), delivered.get(), dropped.get());
    }

    /** Delivers what can be delivered at once; the rest waits on disk for the next start. */
    void close() {
        closed = true;
        try {
            thread.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var rest = new ArrayList<LogRecord>();
        waiting.drainTo(rest);
        if (!rest.isEmpty() && (!spill.isEmpty() || !deliver(rest))) {
            if (link.onFailure() == FailureAction.DROP) {
                dropped.addAndGet(rest.size());
            } else {
                keep(rest);
            }
        }
        spill.close();
    }
}

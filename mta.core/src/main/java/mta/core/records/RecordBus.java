package mta.core.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import mta.core.hooks.HookRunner;
import mta.core.hooks.HookStage;
import mta.core.hooks.Link;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.log.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from everybody and gives them to the queue of each sink. Remembers the last ones in memory, for traces.
 * Thread-safe; {@link #emit} runs on the thread of whoever has something to say.
 */
public final class RecordBus implements Records, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RecordBus.class);
    private static final int REMEMBERED = 1 << 13;

    private final Path directory;
    private final AtomicReferenceArray<LogRecord> recent = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicLong next = new AtomicLong();

    /** Guards the set of queues, not what is in them. */
    private final Object changing = new Object();

    private final Map<String, SinkQueue> queues = new HashMap<>();
    private volatile List<SinkQueue> open = List.of();
    private volatile long plan = -1;
    private volatile HookRunner runner;
    private HookStage<RecordSink> write;
    private boolean closed;

    /** @param directory where records wait that a sink did not take */
    public RecordBus(Path directory) {
        this.directory = directory;
    }

    /** Records emitted before this are remembered, and given to no sink. */
    public void attach(HookRunner hooks) {
        synchronized (changing) {
            write = (HookStage<RecordSink>) hooks.point(RecordSink.class).stage("write");
            runner = hooks;
        }
        refresh();
    }

    @Override
    public boolean wanted(String kind) {
        return true; // the last records are always kept, for traces
    }

    @Override
    public void emit(LogRecord record) {
        recent.set((int) (next.getAndIncrement() & REMEMBERED - 1), record);
        for (SinkQueue queue : queues()) {
            queue.offer(record);
        }
    }

    private List<SinkQueue> queues() {
        HookRunner hooks = runner;
        if (hooks != null && hooks.planNumber() != plan) {
            refresh();
        }
        return open;
    }

    /** Brings the queues in line with the plan: each binding of a sink has one, also while its plugin is away. */
    private void refresh() {
        HookRunner hooks = runner;
        synchronized (changing) {
            if (closed || hooks.planNumber() == plan) {
                return;
            }
            try (Pin pin = hooks.pin()) {
                var now = new ArrayList<SinkQueue>();
                for (Link<RecordSink> link : write.links(pin)) {
                    now.add(queues.computeIfAbsent(link.binding().name(), this::create)
                            .rebind(link));
                }
                queues.values().removeIf(queue -> {
                    boolean gone = !now.contains(queue);
                    if (gone) {
                        queue.close();
                    }
                    return gone;
                });
                open = List.copyOf(now);
                plan = pin.plan();
            }
        }
    }

    private SinkQueue create(String binding) {
        try {
            return new SinkQueue(binding, new Spill(directory.resolve(binding)), runner, write);
        } catch (IOException e) {
            log.error("records for {} cannot wait on disk, they will be dropped when it fails", binding, e);
            return new SinkQueue(binding, Spill.NONE, runner, write);
        }
    }

    /** The last records about this message or session, oldest first. */
    public List<LogRecord> about(String id) {
        var found = new ArrayList<LogRecord>();
        long end = next.get();
        for (long i = Math.max(0, end - REMEMBERED); i < end; i++) {
            LogRecord record = recent.get((int) (i & REMEMBERED - 1));
            if (record != null && Mentions.mentions(record, id)) {
                found.add(record);
            }
        }
        return found;
    }

    /** The last records of any kind, oldest first. */
    public List<LogRecord> last(int count) {
        var found = new ArrayList<LogRecord>();
        long end = next.get();
        for (long i = Math.max(0, end - Math.min(count, REMEMBERED)); i < end; i++) {
            LogRecord record = recent.get((int) (i & REMEMBERED - 1));
            if (record != null) {
                found.add(record);
            }
        }
        return found;
    }

    /** What waits for each sink, in memory and on disk, and what was dropped. */
    public List<Backlog> backlog() {
        return open.stream().map(SinkQueue::backlog).toList();
    }

    /** State of one sink. */
    public record Backlog(String binding, int inMemory, long bytesOnDisk, long delivered, long dropped) {}

    /** Gives every sink what it can still take, then puts the rest on disk. */
    @Override
    public void close() {
        synchronized (changing) {
            closed = true;
            open.forEach(SinkQueue::close);
            open = List.of();
            queues.clear();
        }
    }
}

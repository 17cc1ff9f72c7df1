package mta.journal;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.metrics.Metrics;

/**
 * What a plugin writes records to: the journal and its sender, opened when they are needed. For one generation of the
 * plugin's settings; the next one has an outbox of its own, which goes on with what is in the journal. Thread-safe.
 */
public final class Outbox implements AutoCloseable {

    /** Makes the client of the far side. */
    public interface Dial {
        FarSide open() throws IOException;
    }

    /** @param trouble why it does not run; empty if it does */
    public record State(String trouble, long backlog, long dropped, Sender.State sender) {}

    /** Of a plugin that has none. */
    public static final State OFF = new State("", 0, 0, Sender.NOTHING_YET);

    private record Running(Journal journal, Sender sender) {
        void close() {
            sender.close();
            journal.close();
        }
    }

    private final String plugin;
    private final Journal.Settings journal;
    private final Sender.Settings sender;
    private final Dial dial;
    private final InstantSource clock;
    private final Metrics metrics;

    // All guarded by this
    private Optional<Running> running = Optional.empty();
    private String trouble = "";
    private boolean closed;

    public Outbox(
            String plugin,
            Journal.Settings journal,
            Sender.Settings sender,
            Dial dial,
            InstantSource clock,
            Metrics metrics) {
        this.plugin = plugin;
        this.journal = journal;
        this.sender = sender;
        this.dial = dial;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** What was left from before should not wait for the next record. */
    public void resume() {
        try {
            running();
        } catch (IOException e) {
            synchronized (this) {
                trouble = e.getMessage();
            }
        }
    }

    /** Opened when it is needed: in an update the predecessor may hold the journal until it has left. */
    private synchronized Running running() throws IOException {
        if (closed) {
            throw new IOException(plugin + " has stopped");
        }
        if (running.isEmpty()) {
            FarSide far = dial.open();
            Journal opened;
            try {
                opened = new Journal(journal);
            } catch (IOException e) {
                far.close();
                throw e;
            }
            running = Optional.of(new Running(opened, new Sender(plugin, opened, far, sender, clock, metrics)));
            trouble = "";
        }
        return running.get();
    }

    /** When it returns the records are in the journal; if it throws, none of them. None may be empty. */
    public void append(List<byte[]> records) throws IOException {
        running().journal.append(records);
    }

    /** Whatever waits for its next try is tried now. */
    public synchronized void retry() {
        running.ifPresent(now -> now.sender.wake());
    }

    public synchronized State state() {
        return new State(
                trouble,
                running.map(now -> now.journal.backlog()).orElse(0L),
                running.map(now -> now.journal.dropped()).orElse(0L),
                running.map(now -> now.sender.state()).orElse(Sender.NOTHING_YET));
    }

    @Override
    public synchronized void close() {
        closed = true;
        running.ifPresent(Running::close);
        running = Optional.empty();
    }
}

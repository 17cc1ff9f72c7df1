package mta.queue.spool;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import mta.queue.spool.SpoolException.Kind;

/**
 * A spool on RocksDB. Callers' threads are virtual and never enter native code: the committer writes, two platform
 * threads read what is not in memory. Thread-safe.
 */
public final class RocksSpool implements Spool {

    private final Store store;
    private final Marks marks = new Marks();
    private final Recent recent;
    private final Committer committer;
    private final ExecutorService readers = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("spool-reader-", 0).daemon().factory());

    /**
     * Opens the spool, or makes it.
     *
     * @throws SpoolException DAMAGED, LOCKED, FULL or IO, with a text for the administrator
     */
    public RocksSpool(SpoolSettings settings) {
        this(settings, Disk.REAL);
    }

    RocksSpool(SpoolSettings settings, Disk disk) {
        store = new Store(settings, Store.Mode.NORMAL);
        recent = new Recent(settings.cacheBytes());
        committer = new Committer(settings, store, marks, recent, disk);
        try {
            committer.start();
            abandonDrafts();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Marks the bodies in several pieces and drops what drafts of an earlier run left behind. */
    private void abandonDrafts() {
        store.each(store.large, (key, value) -> {
            long message = Keys.message(key);
            if (value.length > 0) {
                marks.set(message);
                return;
            }
            int last = 1;
            while (store.find(store.bodies, Keys.part(message, last + 1)) != null) {
                last++;
            }
            abandon(message, last);
        });
    }

    @Override
    public Draft draft(long message) {
        committer.refuseNewMail();
        return new RocksDraft(this, message);
    }

    @Override
    public void commit(Batch batch, Durability durability) {
        committer.commit(batch, durability);
    }

    void abandon(long message, int last) {
        committer.commit(new Batch().with(new Change.Abandon(message, last)), Durability.SUBMITTED);
    }

    @Override
    public void replay(Replay replay) {
        store.replay(marks, replay);
    }

    @Override
    public long highest() {
        return aside(store::highest);
    }

    @Override
    public Optional<byte[]> state(long message, int entry) {
        Optional<byte[]> kept = recent.state(message, entry);
        return kept.isPresent()
                ? kept
                : Optional.ofNullable(aside(() -> store.find(store.states, Keys.part(message, entry))));
    }

    @Override
    public Optional<Body> body(long message) {
        Optional<byte[]> kept = recent.body(message);
        return kept.isPresent()
                ? kept.map(first -> new StoredBody(message, first, 1, first.length))
                : Optional.ofNullable(aside(() -> find(message)));
    }

    private StoredBody find(long message) {
        byte[] first = store.find(store.bodies, Keys.message(message));
        if (first == null) {
            return null;
        }
        byte[] pieces = marks.has(message) ? store.find(store.large, Keys.message(message)) : null;
        if (pieces == null) {
            return new StoredBody(message, first, 1, first.length);
        }
        ByteBuffer large = ByteBuffer.wrap(pieces);
        return new StoredBody(message, first, large.getInt(), large.getLong());
    }

    byte[] piece(long message, int number) {
        byte[] piece = aside(() -> store.find(store.bodies, Keys.part(message, number)));
        if (piece == null) {
            throw new SpoolException(Kind.DAMAGED, "spool: piece " + number + " of message " + message + " is missing");
        }
        return piece;
    }

    /** Reads on a platform thread while a virtual caller waits unpinned. */
    private <T> T aside(Callable<T> read) {
        try {
            return Thread.currentThread().isVirtual() ? readers.submit(read).get() : read.call();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SpoolException known
                    ? known
                    : new SpoolException(Kind.IO, "spool: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpoolException(Kind.IO, "spool: interrupted while reading", e);
        } catch (RejectedExecutionException e) {
            throw new SpoolException(Kind.CLOSED, "the spool is closed", e);
        } catch (SpoolException e) {
            throw e;
        } catch (Exception e) {
            throw new SpoolException(Kind.IO, "spool: " + e, e);
        }
    }

    private final class StoredBody implements Body {
        private final long message;
        private final byte[] first;
        private final int pieces;
        private final long bytes;

        StoredBody(long message, byte[] first, int pieces, long bytes) {
            this.message = message;
            this.first = first;
            this.pieces = pieces;
            this.bytes = bytes;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public InputStream open() {
            return new Pieces(pieces, number -> number == 0 ? first : piece(message, number));
        }
    }

    @Override
    public SpoolStatus status() {
        return committer.status();
    }

    @Override
    public void trim(long bytes) {
        recent.trim(bytes);
    }

    @Override
    public void close() {
        committer.close();
        readers.shutdown();
        store.close();
    }
}

package mta.queue;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.core.intake.Store;
import mta.core.intake.StoreException;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Content;
import mta.queue.dispatch.Dispatch;
import mta.queue.entry.Entry;
import mta.queue.entry.EntryCodec;
import mta.queue.spool.Batch;
import mta.queue.spool.Draft;
import mta.queue.spool.Durability;
import mta.queue.spool.Spool;
import mta.queue.spool.SpoolException;

/**
 * The way of accepted mail into the queue: durable first, queued then. Runs on the thread that brings the message.
 * Thread-safe.
 */
public final class MessageQueue implements Store {

    private static final Reply STOPPING = Reply.of(451, "4.3.2", "This node is stopping, try again later");
    private static final Reply FULL = Reply.of(452, "4.3.1", "No room for more mail, try again later");
    private static final Reply TROUBLE = Reply.of(451, "4.3.0", "Mail cannot be stored now, try again later");

    private final Spool spool;
    private final Dispatch dispatch;
    private final Pressure pressure;
    private volatile boolean stopping;

    public MessageQueue(Spool spool, Dispatch dispatch, Pressure pressure) {
        this.spool = spool;
        this.dispatch = dispatch;
        this.pressure = pressure;
    }

    @Override
    public LargeContent large(long id) throws StoreException {
        refuse();
        try {
            return new LargeDraft(spool.draft(id));
        } catch (SpoolException e) {
            throw refused(e);
        }
    }

    @Override
    public void put(List<Parcel> parcels) throws StoreException {
        refuse();
        var batch = new Batch();
        List<Entry> entries = new ArrayList<>(parcels.size());
        List<LargeDraft> copies = new ArrayList<>();
        try {
            for (Parcel parcel : parcels) {
                if (dispatch.has(parcel.message().id())) {
                    throw new StoreException(TROUBLE, new IllegalArgumentException("a message of this id is queued"));
                }
                List<Entry> own = Entry.of(parcel.message());
                byte[][] states = new byte[own.size()][];
                for (int i = 0; i < states.length; i++) {
                    states[i] = EntryCodec.encode(own.get(i));
                }
                put(batch, parcel, states, copies);
                entries.addAll(own);
            }
            Dispatch.Prepared prepared = dispatch.prepare(entries);
            spool.commit(batch, Durability.SYNCED);
            dispatch.add(prepared);
        } catch (SpoolException e) {
            throw refused(e);
        } finally {
            copies.forEach(LargeDraft::close);
        }
    }

    private void put(Batch batch, Parcel parcel, byte[][] states, List<LargeDraft> copies) throws StoreException {
        long id = parcel.message().id();
        Optional<LargeContent> rest = parcel.rest();
        if (rest.isEmpty()) {
            batch.put(id, parcel.head(), states);
            return;
        }
        if (!(rest.get() instanceof LargeDraft draft)) {
            throw new IllegalArgumentException("content of another store");
        }
        // Parts of a split message share what was written while it arrived, but each keeps its own.
        LargeDraft own = draft.draft.message() == id ? draft : copy(draft, id, copies);
        batch.put(own.draft, parcel.head(), states);
    }

    private LargeDraft copy(LargeDraft draft, long id, List<LargeDraft> copies) throws StoreException {
        var copy = new LargeDraft(spool.draft(id));
        copies.add(copy);
        try (InputStream in = draft.draft.open()) {
            byte[] chunk = in.readNBytes(CHUNK_BYTES);
            while (chunk.length > 0) {
                copy.write(chunk);
                chunk = in.readNBytes(CHUNK_BYTES);
            }
        } catch (java.io.IOException e) {
            throw new StoreException(TROUBLE, e);
        }
        return copy;
    }

    private void refuse() throws StoreException {
        if (stopping) {
            throw new StoreException(STOPPING, null);
        }
        if (pressure.isHigh()) {
            throw new StoreException(FULL, null);
        }
    }

    private static StoreException refused(SpoolException e) {
        return new StoreException(
                switch (e.kind()) {
                    case FULL -> FULL;
                    case CLOSED -> STOPPING;
                    case DAMAGED, LOCKED, IO -> TROUBLE;
                },
                e);
    }

    @Override
    public long highestId() {
        return spool.highest();
    }

    @Override
    public String closed() {
        if (stopping) {
            return "stopping";
        }
        if (pressure.isHigh()) {
            return "memory is short";
        }
        var status = spool.status();
        if (status.accepts()) {
            return "";
        }
        return status.trouble()
                .map(Throwable::getMessage)
                .orElseGet(() -> "disk is short: " + (status.freeBytes() >> 20) + " MiB free");
    }

    /** No new mail from here on; then what is on the wire finishes, then the spool closes. */
    public void stop() {
        stopping = true;
        try {
            dispatch.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            spool.close();
        }
    }

    /** The part of a large message that follows its head. */
    private static final class LargeDraft implements LargeContent {
        private final Draft draft;

        LargeDraft(Draft draft) {
            this.draft = draft;
        }

        @Override
        public void write(byte[] chunk) throws StoreException {
            try {
                draft.write(chunk);
            } catch (SpoolException e) {
                throw refused(e);
            }
        }

        @Override
        public long size() {
            return draft.bytes();
        }

        @Override
        public Content content() {
            return new Content() {
                @Override
                public long size() {
                    return draft.bytes();
                }

                @Override
                public InputStream open() {
                    return draft.open();
                }
            };
        }

        @Override
        public void close() {
            draft.close();
        }
    }
}

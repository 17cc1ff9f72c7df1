package mta.core.intake;

import java.util.List;
import mta.plugins.api.mail.Content;

/**
 * Where accepted messages go; the queue implements it. Thread-safe.
 */
public interface Store {

    /** Content up to this size stays in memory until it is stored; what is larger goes to disk in pieces of this size. */
    int CHUNK_BYTES = 256 * 1024;

    /**
     * Begins a message that is larger than one chunk.
     *
     * @throws StoreException when there is no room
     */
    LargeContent large(long id) throws StoreException;

    /**
     * Makes a message durable and queues it. Returns when it is on disk: from then on it is a promise. All or nothing.
     *
     * @param head the whole content, or its first part where {@code rest} is given; not copied
     * @param rest what came before through {@link #large}, or null for a message that is in memory as a whole
     * @throws StoreException when it is not stored; nothing of it is queued
     */
    void put(StoredMessage message, byte[] head, LargeContent rest) throws StoreException;

    /** Whether new mail is taken; empty reason means yes. Cheap: asked at MAIL. */
    String closed();

    /** Content that is written to disk while it arrives. Used by one thread. */
    interface LargeContent extends AutoCloseable {

        /** One more chunk; the array is not copied and must not change. All but the last are {@link #CHUNK_BYTES} long. */
        void write(byte[] chunk) throws StoreException;

        /** In bytes, of what was written. */
        long size();

        /** What was written, readable before it is stored. */
        Content content();

        /** Removes what was written, unless it was stored. */
        @Override
        void close();
    }
}

package mta.core.intake;

import java.util.List;
import java.util.Optional;
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
     * Makes messages durable and queues them. Returns when they are on disk: from then on it is a promise. All or
     * nothing; more than one where routing has split a message.
     *
     * @throws StoreException when nothing of it is stored
     */
    void put(List<Parcel> parcels) throws StoreException;

    /**
     * A message on its way into the queue.
     *
     * @param head the whole content, or its first part where {@code rest} is given; not copied, must not change
     * @param rest what follows the head
     */
    record Parcel(StoredMessage message, byte[] head, Optional<LargeContent> rest) {}

    /** The highest id of any message it holds, or has held as far as it knows; 0 for none. Ids go on from there. */
    long highestId();

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

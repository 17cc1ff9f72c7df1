package mta.queue.spool;

import java.io.InputStream;

/**
 * A body on its way in. Up to {@link Body#CHUNK} bytes stay in memory; what goes beyond is written piece by piece while
 * it arrives, unseen until the commit, so that a body of any size needs at most two pieces of memory. A draft belongs
 * to one thread at a time.
 */
public interface Draft extends AutoCloseable {

    /** The number the message will have. */
    long message();

    /** Bytes so far. */
    long bytes();

    void write(byte[] from, int offset, int length);

    default void write(byte[] from) {
        write(from, 0, from.length);
    }

    /**
     * Replaces the first bytes of the body, in memory: a header section is edited this way, and {@code splice(0, x)}
     * prepends. Possible within the first {@link Body#CHUNK} bytes.
     */
    void splice(int replaced, byte[] with);

    /** Reads what has been written so far; valid until the next change. */
    InputStream open();

    /** Drops the draft unless it was committed. */
    @Override
    void close();
}

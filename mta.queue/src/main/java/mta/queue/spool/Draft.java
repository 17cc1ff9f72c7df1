package mta.queue.spool;

import java.io.InputStream;

/**
 * The rest of a large body, behind its head: written piece by piece while it arrives, unseen until the commit of its
 * message, so that a body of any size needs one piece of memory. The head stays with the caller until then, who may
 * still change it. A draft belongs to one thread at a time.
 */
public interface Draft extends AutoCloseable {

    long message();

    /** Written so far, without the head. */
    long bytes();

    /** One more piece, of at most {@link Body#CHUNK} bytes; not copied, must not change. Returns when it is written. */
    void write(byte[] piece);

    /** Reads what has been written so far. */
    InputStream open();

    /** Drops what was written unless it was committed. */
    @Override
    void close();
}

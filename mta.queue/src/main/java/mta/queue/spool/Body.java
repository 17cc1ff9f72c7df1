package mta.queue.spool;

import java.io.InputStream;

/** A stored body. May be opened several times, also at once by several threads; each stream is for one thread. */
public interface Body {

    /** The largest piece that is in memory at once, for one reader or one writer of a body. */
    int CHUNK = 256 * 1024;

    long bytes();

    /**
     * Reads the body from its start, at most {@link #CHUNK} bytes in memory. The stream throws {@link SpoolException}
     * (of kind DAMAGED when a piece has vanished), never IOException, and needs no closing.
     */
    InputStream open();
}

package mta.queue.spool;

import java.nio.ByteBuffer;

/** Sees the stored entries one by one at start. */
@FunctionalInterface
public interface Replay {

    /** The buffer is valid only during the call; its position is 0 and its limit the length of the state. */
    void entry(long message, int entry, ByteBuffer state);
}

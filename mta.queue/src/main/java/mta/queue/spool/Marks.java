package mta.queue.spool;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Marks messages whose removal needs a look at the disk: those with several entries, and those with a body in several
 * pieces. A mark shared by two messages by chance costs one look, so a fixed megabyte does for any number of them.
 */
final class Marks {

    private static final int BITS = 23;
    private final AtomicLongArray words = new AtomicLongArray(1 << (BITS - 6));

    void set(long message) {
        int bit = bit(message);
        words.getAndAccumulate(bit >>> 6, 1L << (bit & 63), (word, mask) -> word | mask);
    }

    boolean has(long message) {
        int bit = bit(message);
        return (words.get(bit >>> 6) & 1L << (bit & 63)) != 0;
    }

    private static int bit(long message) {
        return (int) (message * 0x9E3779B97F4A7C15L >>> 64 - BITS);
    }
}

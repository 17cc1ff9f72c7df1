package mta.smtp.wire;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * Buffers for content in transit, used again: as many as are busy at a time are made, a bounded number is kept.
 * Thread-safe.
 */
public final class Slabs {

    /** A TLS record holds as much. */
    public static final int BYTES = 16 * 1024;

    private static final ArrayBlockingQueue<byte[]> FREE = new ArrayBlockingQueue<>(256);

    private Slabs() {}

    public static byte[] take() {
        byte[] slab = FREE.poll();
        return slab == null ? new byte[BYTES] : slab;
    }

    /** Keeps it for the next one; what has another size is left to the collector. */
    public static void give(byte[] slab) {
        if (slab.length == BYTES) {
            FREE.offer(slab);
        }
    }
}

package mta.bench.tally;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One sum per message number. Each recipient of a message adds a <em>term</em>: 1 in the low 16 bits, a hash of the
 * address in the high 48. So the sum tells how many recipients got the message and, but for a chance of 2^-48, that
 * they are the right ones each once: a recipient served twice does not make up for another one left out.
 * Thread-safe; 8 bytes per message.
 */
public final class Tally {
    private static final int CHUNK_BITS = 16;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int CHUNKS = 4096;
    /** Numbers from here on are not of our making and are not kept: this bounds what a stranger can make us hold. */
    public static final long LIMIT = (long) CHUNK * CHUNKS;

    private final AtomicReferenceArray<AtomicLongArray> chunks = new AtomicReferenceArray<>(CHUNKS);
    private final AtomicLong end = new AtomicLong();

    /** What one recipient adds to a message's sum. */
    public static long term(byte[] address, int from, int to) {
        long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bits
        for (int i = from; i < to; i++) {
            hash = (hash ^ (address[i] & 0xff)) * 0x100000001b3L;
        }
        return hash << 16 | 1;
    }

    /** How many recipients a sum stands for. */
    public static int recipients(long sum) {
        return (int) (sum & 0xffff);
    }

    /** Adds to a message's sum; a number outside 0 to {@link #LIMIT} is left out and answered with false. */
    public boolean add(long number, long sum) {
        if (number < 0 || number >= LIMIT) {
            return false;
        }
        chunk((int) (number >> CHUNK_BITS)).getAndAdd((int) number & CHUNK - 1, sum);
        if (number >= end.get()) {
            end.accumulateAndGet(number + 1, Math::max);
        }
        return true;
    }

    /** The sum of one message; 0 when nobody got it. */
    public long sum(long number) {
        var chunk = number < 0 || number >= LIMIT ? null : chunks.get((int) (number >> CHUNK_BITS));
        return chunk == null ? 0 : chunk.get((int) number & CHUNK - 1);
    }

    /** One more than the highest number that was added. */
    public long end() {
        return end.get();
    }

    private AtomicLongArray chunk(int index) {
        var chunk = chunks.get(index);
        if (chunk != null) {
            return chunk;
        }
        var fresh = new AtomicLongArray(CHUNK);
        return chunks.compareAndSet(index, null, fresh) ? fresh : chunks.get(index);
    }

    /** Writes the number of sums and then each of them. */
    public void write(DataOutputStream out) throws IOException {
        long length = end();
        out.writeLong(length);
        for (long n = 0; n < length; n++) {
            out.writeLong(sum(n));
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Tally read(DataInputStream in) throws IOException {
        var tally = new Tally();
        long length = in.readLong();
        for (long n = 0; n < length; n++) {
            long sum = in.readLong();
            if (sum != 0) {
                tally.add(n, sum);
            }
        }
        return tally;
    }
}

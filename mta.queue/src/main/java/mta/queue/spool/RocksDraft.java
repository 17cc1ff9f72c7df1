package mta.queue.spool;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * A draft of a {@link RocksSpool}: piece 0 stays in memory until the commit, later pieces go to disk when full. Used by
 * the thread that receives the mail; the committer reads it while that thread waits.
 */
final class RocksDraft implements Draft {

    private static final int START = 8 * 1024;
    private static final int PIECE = Body.CHUNK;

    private final RocksSpool spool;
    private final long message;
    private byte[] first = new byte[START];
    private int firstLength;
    private byte[] tail = {};
    private int tailLength;
    private int written;
    private int attempted;
    private long bytes;
    private boolean committed;
    private boolean closed;

    RocksDraft(RocksSpool spool, long message) {
        this.spool = spool;
        this.message = message;
    }

    @Override
    public long message() {
        return message;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, from.length);
        checkOpen();
        int at = offset;
        int end = offset + length;
        while (at < end) {
            at += firstLength < PIECE && tailLength == 0 && written == 0 ? intoFirst(from, at, end)
                    : intoTail(from, at, end);
        }
    }

    private int intoFirst(byte[] from, int at, int end) {
        int taken = Math.min(end - at, PIECE - firstLength);
        if (firstLength + taken > first.length) {
            first = Arrays.copyOf(first, Math.max(firstLength + taken, Math.min(2 * first.length, PIECE)));
        }
        System.arraycopy(from, at, first, firstLength, taken);
        firstLength += taken;
        bytes += taken;
        return taken;
    }

    private int intoTail(byte[] from, int at, int end) {
        if (tail.length == 0) {
            tail = new byte[PIECE];
        }
        int taken = Math.min(end - at, PIECE - tailLength);
        System.arraycopy(from, at, tail, tailLength, taken);
        tailLength += taken;
        bytes += taken;
        if (tailLength == PIECE) {
            attempted = written + 1;
            spool.commit(new Batch().with(new Change.Chunk(message, attempted, tail)), Durability.WRITTEN);
            written = attempted;
            tailLength = 0;
        }
        return taken;
    }

    @Override
    public void splice(int replaced, byte[] with) {
        Objects.checkFromIndexSize(0, replaced, firstLength);
        checkOpen();
        byte[] joined = new byte[firstLength - replaced + with.length];
        System.arraycopy(with, 0, joined, 0, with.length);
        System.arraycopy(first, replaced, joined, with.length, firstLength - replaced);
        bytes += with.length - replaced;
        first = joined;
        firstLength = joined.length;
    }

    @Override
    public InputStream open() {
        checkOpen();
        int onDisk = written;
        byte[] head = first();
        byte[] rest = rest();
        return new Pieces(onDisk + 2, number -> {
            if (number == 0) {
                return head;
            }
            return number > onDisk ? rest : spool.piece(message, number);
        });
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!committed && attempted > 0) {
            spool.abandon(message, attempted);
        }
        first = new byte[0];
        tail = first;
    }

    private void checkOpen() {
        if (closed || committed) {
            throw new IllegalStateException("the draft was committed or closed");
        }
    }

    /** Piece 0, in an array of its own length. */
    byte[] first() {
        return first.length == firstLength ? first : Arrays.copyOf(first, firstLength);
    }

    /** What follows the written pieces; may be empty. */
    byte[] rest() {
        return Arrays.copyOf(tail, tailLength);
    }

    /** Number of the last piece on disk. */
    int written() {
        return written;
    }

    void committed() {
        committed = true;
    }
}

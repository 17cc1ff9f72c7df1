package mta.queue.spool;

import java.io.InputStream;

/** A draft of a {@link RocksSpool}: its pieces are 1, 2, 3...; the head will be 0. Used by the thread that receives. */
final class RocksDraft implements Draft {

    private final RocksSpool spool;
    private final long message;
    private int written;
    private int attempted;
    private long bytes;
    private volatile boolean committed;
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
    public void write(byte[] piece) {
        if (closed || committed) {
            throw new IllegalStateException("the draft was committed or closed");
        }
        if (piece.length > Body.CHUNK) {
            throw new IllegalArgumentException("a piece of " + piece.length + " bytes");
        }
        attempted = written + 1;
        spool.commit(new Batch().with(new Change.Piece(message, attempted, piece)), Durability.WRITTEN);
        written = attempted;
        bytes += piece.length;
    }

    @Override
    public InputStream open() {
        return new Pieces(written, number -> spool.piece(message, number + 1));
    }

    @Override
    public void close() {
        if (!closed && !committed && attempted > 0) {
            spool.abandon(message, attempted);
        }
        closed = true;
    }

    /** Pieces on disk, which is the number of the last one. */
    int written() {
        return written;
    }

    /** Called by the committer when the message is visible. */
    void committed() {
        committed = true;
    }
}

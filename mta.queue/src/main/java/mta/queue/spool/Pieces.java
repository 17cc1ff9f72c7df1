package mta.queue.spool;

import java.io.InputStream;
import java.util.Objects;

/** Reads a body piece by piece, one piece in memory. */
final class Pieces extends InputStream {

    /** Gives the pieces 0 to count-1. */
    interface Source {
        byte[] piece(int number);
    }

    private final int count;
    private final Source source;
    private byte[] piece = {};
    private int next;
    private int position;

    Pieces(int count, Source source) {
        this.count = count;
        this.source = source;
    }

    private boolean more() {
        while (position == piece.length) {
            if (next == count) {
                return false;
            }
            piece = source.piece(next++);
            position = 0;
        }
        return true;
    }

    @Override
    public int read() {
        return more() ? piece[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int taken = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, to, offset, taken);
        position += taken;
        return taken;
    }

    @Override
    public int available() {
        return piece.length - position;
    }
}

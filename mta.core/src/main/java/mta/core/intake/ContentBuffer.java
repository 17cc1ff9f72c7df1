package mta.core.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import mta.plugins.api.mail.Content;

/**
 * The octets of a draft: the first {@link Store#CHUNK_BYTES} in memory, all that follows on disk. The part in memory can
 * be replaced, which is where header fields change. Storage trouble is remembered, not thrown. Used by one thread.
 */
final class ContentBuffer extends OutputStream {

    private static final byte[] NONE = {};

    private final Store store;
    private final long id;
    private byte[] head = NONE;
    private int headLength;
    private Store.LargeContent rest;
    private byte[] chunk;
    private int chunkLength;
    private StoreException trouble;
    private long lost;

    ContentBuffer(Store store, long id) {
        this.store = store;
        this.id = id;
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        // Fields put in front may have made the part in memory larger than a chunk.
        int taken = rest == null ? Math.clamp(Store.CHUNK_BYTES - headLength, 0, length) : 0;
        if (taken > 0) {
            if (headLength + taken > head.length) {
                head = Arrays.copyOf(head, grown(taken));
            }
            System.arraycopy(octets, offset, head, headLength, taken);
            headLength += taken;
        }
        if (taken < length && trouble == null) {
            try {
                writeRest(octets, offset + taken, length - taken);
            } catch (StoreException e) {
                trouble = e;
            }
        }
        if (trouble != null) {
            lost += length - taken;
        }
    }

    /**
     * A piece larger than all before is most often the rest, since a connection is read in large pieces: exactly so
     * much, which spares {@link #whole} its copy. Small ones double.
     */
    private int grown(int taken) {
        int needed = headLength + taken;
        return taken >= headLength ? needed : Math.clamp(head.length * 2L, needed, Store.CHUNK_BYTES);
    }

    private void writeRest(byte[] octets, int offset, int length) throws StoreException {
        if (rest == null) {
            rest = store.large(id);
        }
        int at = offset;
        int left = length;
        while (left > 0) {
            if (chunk == null) {
                chunk = new byte[Store.CHUNK_BYTES];
                chunkLength = 0;
            }
            int taken = Math.min(left, chunk.length - chunkLength);
            System.arraycopy(octets, at, chunk, chunkLength, taken);
            chunkLength += taken;
            at += taken;
            left -= taken;
            if (chunkLength == chunk.length) {
                rest.write(chunk);
                chunk = null;
            }
        }
    }

    /** Writes what is still gathered of the last chunk. Nothing may be written afterwards. */
    void finish() {
        if (chunk != null && chunkLength > 0 && trouble == null) {
            try {
                rest.write(Arrays.copyOf(chunk, chunkLength));
            } catch (StoreException e) {
                trouble = e;
            }
            chunk = null;
        }
    }

    Optional<StoreException> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** In bytes, what could not be stored included. */
    long size() {
        return lost + headLength + (rest == null ? 0 : rest.size()) + (chunk == null ? 0 : chunkLength);
    }

    byte[] head() {
        return head;
    }

    /** The part in memory as an array of its length; nothing may be written afterwards. */
    byte[] whole() {
        return head.length == headLength ? head : Arrays.copyOf(head, headLength);
    }

    int headLength() {
        return headLength;
    }

    /** Puts octets before all others. */
    void insert(byte[] octets) {
        byte[] longer = Arrays.copyOf(octets, octets.length + headLength);
        System.arraycopy(head, 0, longer, octets.length, headLength);
        replaceHead(longer);
    }

    /** Another part in memory instead of the one before; the array is not copied. */
    void replaceHead(byte[] octets) {
        head = octets;
        headLength = octets.length;
    }

    Optional<Store.LargeContent> rest() {
        return Optional.ofNullable(rest);
    }

    /** As it is now; {@link #finish} comes first. */
    Content content(int from) {
        byte[] memory = head;
        int length = headLength;
        Store.LargeContent disk = rest;
        return new Content() {
            @Override
            public long size() {
                return length - from + (disk == null ? 0 : disk.size());
            }

            @Override
            public InputStream open() throws IOException {
                InputStream first = new ByteArrayInputStream(memory, from, length - from);
                return disk == null
                        ? first
                        : new SequenceInputStream(first, disk.content().open());
            }
        };
    }

    @Override
    public void close() {
        if (rest != null) {
            rest.close();
            rest = null;
        }
    }
}

package plugins.script;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Octets in memory as a file that is open for reading. For one thread. */
final class OctetChannel implements SeekableByteChannel {

    private final ByteBuffer octets;
    private boolean open = true;

    OctetChannel(byte[] octets) {
        this.octets = ByteBuffer.wrap(octets);
    }

    @Override
    public int read(ByteBuffer to) {
        if (!octets.hasRemaining()) {
            return -1;
        }
        int count = Math.min(to.remaining(), octets.remaining());
        to.put(octets.slice().limit(count));
        octets.position(octets.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() {
        return octets.position();
    }

    @Override
    public SeekableByteChannel position(long position) {
        octets.position((int) Math.min(position, octets.limit()));
        return this;
    }

    @Override
    public long size() {
        return octets.limit();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}

package plugins.unixsocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import mta.plugins.api.io.Wire;

/**
 * A connected socket. Java gives channels of this family no time-out for reading, so a virtual thread of the wire's own
 * reads ahead into a buffer, and whoever wants octets waits at the buffer: a wait that ends in time leaves the
 * connection whole.
 */
final class UnixWire implements Wire {

    private static final int BUFFER = 16 * 1024;
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("local", 0);

    private final SocketChannel channel;
    private final Incoming in = new Incoming();
    private volatile long timeoutMillis;

    UnixWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                var buffer = ByteBuffer.wrap(octets, offset, length);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        };
    }

    @Override
    public InetSocketAddress local() {
        return NOWHERE;
    }

    @Override
    public InetSocketAddress remote() {
        return NOWHERE;
    }

    @Override
    public void readTimeout(Duration timeout) {
        timeoutMillis = timeout.isZero() ? 0 : Math.max(1, timeout.toMillis());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        in.closed();
    }

    @Override
    public String toString() {
        return "unix socket";
    }

    /** What has been read ahead. One thread takes; the wire's own fills; its lock guards all fields. */
    private final class Incoming extends InputStream {

        private final ByteBuffer ahead = ByteBuffer.allocate(BUFFER).limit(0);
        private boolean started;
        private boolean ended;
        private IOException failure;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public synchronized int read(byte[] octets, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!started) {
                started = true;
                Thread.ofVirtual().name("unix/read").start(this::fill);
            }
            awaitOctets();
            if (!ahead.hasRemaining()) {
                if (failure != null) {
                    throw new IOException(failure);
                }
                return -1;
            }
            int count = Math.min(length, ahead.remaining());
            ahead.get(octets, offset, count);
            notifyAll();
            return count;
        }

        @Override
        public synchronized int available() {
            return ahead.remaining();
        }

        private void awaitOctets() throws IOException {
            long limit = timeoutMillis;
            long since = System.nanoTime();
            try {
                while (!ahead.hasRemaining() && !ended) {
                    long left = limit == 0 ? 0 : limit - (System.nanoTime() - since) / 1_000_000;
                    if (limit != 0 && left <= 0) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                    wait(left);
                }
            } catch (InterruptedException e) {
                // As a socket does it on a virtual thread.
                Thread.currentThread().interrupt();
                UnixWire.this.close();
                throw new InterruptedIOException("interrupted while reading");
            }
        }

        /** On the wire's own thread, to the end of the connection. */
        private void fill() {
            var buffer = ByteBuffer.allocate(BUFFER);
            try {
                while (channel.read(buffer.clear()) >= 0) {
                    put(buffer.flip());
                }
                end(null);
            } catch (IOException e) {
                end(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e); // nobody has this thread
            }
        }

        private synchronized void put(ByteBuffer octets) throws InterruptedException {
            while (ahead.hasRemaining() && !ended) {
                wait();
            }
            ahead.clear();
            ahead.put(octets).flip();
            notifyAll();
        }

        private synchronized void end(IOException e) {
            failure = ended ? failure : e;
            ended = true;
            notifyAll();
        }

        synchronized void closed() {
            end(new IOException("the connection is closed"));
        }
    }
}

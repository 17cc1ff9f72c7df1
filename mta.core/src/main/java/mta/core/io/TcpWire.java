package mta.core.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;
import mta.plugins.api.io.Wire;

/** A TCP connection. A write that lasts longer than a read may wait closes it. */
final class TcpWire implements Wire {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Consumer<TcpWire> closed;

    /** When the write that is going on began, {@link System#nanoTime}; 0 while there is none. */
    private volatile long writing;

    /** 0: no limit. */
    private volatile int timeoutMillis;

    TcpWire(Socket socket, Consumer<TcpWire> closed) throws IOException {
        this.socket = socket;
        this.closed = closed;
        in = socket.getInputStream();
        out = new GuardedStream(socket.getOutputStream());
        local = (InetSocketAddress) socket.getLocalSocketAddress();
        remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    static int millis(Duration timeout) {
        return timeout.isZero() ? 0 : Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        int millis = millis(timeout);
        if (millis != timeoutMillis) {
            timeoutMillis = millis;
            socket.setSoTimeout(millis);
        }
    }

    void closeIfStalled(long now) {
        long began = writing;
        int limit = timeoutMillis;
        if (began != 0 && limit != 0 && (now - began) / 1_000_000 > limit) {
            try {
                close();
            } catch (IOException e) {
                // It is gone one way or the other.
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed.accept(this);
        socket.close();
    }

    @Override
    public String toString() {
        return local + " <-> " + remote;
    }

    private final class GuardedStream extends FilterOutputStream {

        GuardedStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writing = System.nanoTime() | 1;
            try {
                out.write(bytes, offset, length);
            } finally {
                writing = 0;
            }
        }

        @Override
        public void close() throws IOException {
            TcpWire.this.close();
        }
    }
}

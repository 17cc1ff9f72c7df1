package mta.core.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.time.Duration;
import mta.plugins.api.io.Wire;

/** A wire in the shape that the JDK's TLS puts itself around; whatever is a matter of TCP does nothing here. */
final class WireSocket extends Socket {

    private static final int RECORD = 16_384 + 256;

    private final Wire wire;
    private final InputStream in;
    private int timeoutMillis;
    private volatile boolean closed;

    WireSocket(Wire wire) throws IOException {
        super((SocketImpl) null);
        this.wire = wire;
        // TLS reads a record in two steps; one read of the wire should do.
        in = new BufferedInputStream(wire.in(), RECORD);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return wire.out();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        wire.close();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isInputShutdown() {
        return closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return closed;
    }

    @Override
    public void shutdownInput() {
        // Nobody waits for it.
    }

    @Override
    public void shutdownOutput() {
        // The close_notify has said it.
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        timeoutMillis = millis;
        try {
            wire.readTimeout(Duration.ofMillis(millis));
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            var failure = new SocketException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // not TCP
    }

    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // not TCP
    }

    @Override
    public InetAddress getInetAddress() {
        return wire.remote().getAddress();
    }

    @Override
    public int getPort() {
        return wire.remote().getPort();
    }

    @Override
    public InetAddress getLocalAddress() {
        return wire.local().getAddress();
    }

    @Override
    public int getLocalPort() {
        return wire.local().getPort();
    }

    @Override
    public String toString() {
        return wire.toString();
    }
}

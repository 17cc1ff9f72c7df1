package mta.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;

/** TLS around another wire, after the handshake. */
final class TlsWire implements Wire {

    private final Wire wire;
    private final SSLSocket socket;
    private final TlsInfo info;

    TlsWire(Wire wire, SSLSocket socket, TlsInfo info) {
        this.wire = wire;
        this.socket = socket;
        this.info = info;
    }

    @Override
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public InetSocketAddress local() {
        return wire.local();
    }

    @Override
    public InetSocketAddress remote() {
        return wire.remote();
    }

    @Override
    public Optional<TlsInfo> tls() {
        return Optional.of(info);
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(TcpWire.millis(timeout));
    }

    /** Says close_notify, so that the far side can tell an end from a cut, and closes the wire. */
    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            wire.close();
        }
    }

    @Override
    public String toString() {
        return wire + " " + info.protocol();
    }
}

package plugins.haproxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import mta.plugins.api.io.Wire;

/** A connection through the proxy: its far side is the host behind. */
record ProxiedWire(Wire wire, InetSocketAddress remote) implements Wire {

    @Override
    public InputStream in() throws IOException {
        return wire.in();
    }

    @Override
    public OutputStream out() throws IOException {
        return wire.out();
    }

    @Override
    public InetSocketAddress local() {
        return wire.local();
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        wire.readTimeout(timeout);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}

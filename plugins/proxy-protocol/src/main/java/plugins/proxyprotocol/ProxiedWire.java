package plugins.proxyprotocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;

/** A connection with the addresses that the proxy has named. */
record ProxiedWire(Wire wire, InetSocketAddress remote, InetSocketAddress local) implements Wire {

    @Override
    public InputStream in() throws IOException {
        return wire.in();
    }

    @Override
    public OutputStream out() throws IOException {
        return wire.out();
    }

    @Override
    public Optional<TlsInfo> tls() {
        return wire.tls();
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

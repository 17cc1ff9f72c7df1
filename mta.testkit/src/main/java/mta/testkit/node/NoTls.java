package mta.testkit.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mta.plugins.api.io.Tls;
import mta.plugins.api.io.Wire;

/** A node without certificates. */
final class NoTls implements Tls {

    @Override
    public boolean available(String listener) {
        return false;
    }

    @Override
    public Wire accept(Wire wire, String listener, Duration timeout) throws IOException {
        throw new IOException("no TLS in a test node");
    }

    @Override
    public Wire connect(Wire wire, String serverName, boolean verify, List<String> protocols, Duration timeout)
            throws IOException {
        throw new IOException("no TLS in a test node");
    }
}

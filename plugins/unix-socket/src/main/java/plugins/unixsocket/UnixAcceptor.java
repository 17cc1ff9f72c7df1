package plugins.unixsocket;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Wire;

/** A socket that is listened on; its file goes with it. One thread accepts; any thread closes. */
final class UnixAcceptor implements Acceptor {

    private final ServerSocketChannel channel;
    private final Endpoint endpoint;
    private final Path path;

    UnixAcceptor(ServerSocketChannel channel, Endpoint endpoint, Path path) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.path = path;
    }

    @Override
    public Wire accept() throws IOException {
        return new UnixWire(channel.accept());
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            Files.deleteIfExists(path);
        }
    }
}

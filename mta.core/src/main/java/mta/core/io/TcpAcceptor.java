package mta.core.io;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import mta.plugins.api.io.Acceptor;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Wire;

/** A listening socket. One thread accepts; any thread closes. */
final class TcpAcceptor implements Acceptor {

    private final ServerSocket socket;
    private final Endpoint endpoint;
    private final Tcp tcp;

    TcpAcceptor(ServerSocket socket, Endpoint asked, Tcp tcp) {
        this.socket = socket;
        this.tcp = tcp;
        endpoint = new Endpoint(asked.scheme(), asked.host(), socket.getLocalPort(), asked.options());
    }

    @Override
    public Wire accept() throws IOException {
        while (true) {
            Socket accepted = socket.accept();
            try {
                return tcp.wire(accepted);
            } catch (IOException e) {
                // The client has gone before its options were set: its business, not the listener's.
                accepted.close();
            }
        }
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

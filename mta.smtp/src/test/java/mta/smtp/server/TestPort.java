package mta.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts connections on loopback and serves them, each on a virtual thread of its own. */
final class TestPort implements AutoCloseable {

    private final TestServer server;
    private final SmtpServer smtp;
    private final ServerSocket port = new ServerSocket(0, 1100, InetAddress.getLoopbackAddress());

    TestPort(TestServer server) throws IOException {
        this.server = server;
        smtp = server.server();
        Thread.ofVirtual().start(this::accept);
    }

    int number() {
        return port.getLocalPort();
    }

    Socket connect() throws IOException {
        var client = new Socket(port.getInetAddress(), port.getLocalPort());
        client.setSoTimeout(60_000);
        return client;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = port.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        var listener = server.listener();
        try (var wire = new SocketWire(socket)) {
            smtp.serve(wire, listener);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            listener.pin().close();
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}

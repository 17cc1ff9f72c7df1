package plugins.logsyslog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Messages over TCP or TLS, a batch with one write.
 *
 * <p>The server never says anything, so a connection that it has closed looks like a good one until its first write is
 * lost. A virtual thread of its own waits for the end of the stream and closes the socket then: the next write sees it.
 */
final class Stream implements Link {

    /**
     * @param tls with which connections are secured; empty: they are not
     * @param counted octet counting (RFC 6587 section 3.4.1, RFC 5425 section 4.3), not a line for each message
     */
    record Settings(String host, int port, Optional<SSLSocketFactory> tls, boolean counted, Duration timeout) {}

    private final Settings settings;
    private Optional<Socket> open = Optional.empty();

    Stream(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void send(List<byte[]> messages) throws IOException {
        byte[] octets = framed(messages);
        try {
            if (open.isPresent() && open.get().isClosed()) {
                close();
            }
            if (open.isEmpty()) {
                open = Optional.of(connect());
            }
            write(open.get(), octets);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A server that does not read would hold the write for ever: then the socket is closed under it. */
    private void write(Socket socket, byte[] octets) throws IOException {
        Thread guard = Thread.ofVirtual().name("mta/log-syslog/guard").start(() -> {
            try {
                Thread.sleep(settings.timeout);
                socket.close();
            } catch (InterruptedException e) {
                // it was written in time
            } catch (IOException e) {
                // it is closed, one way or the other
            }
        });
        try {
            socket.getOutputStream().write(octets);
        } finally {
            guard.interrupt();
        }
    }

    private byte[] framed(List<byte[]> messages) {
        var out = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            if (settings.counted) {
                out.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(message);
            } else {
                // RFC 6587 section 3.4.2: a line feed ends a message, so there is none within
                for (byte octet : message) {
                    out.write(octet == '\n' || octet == '\r' ? ' ' : octet);
                }
                out.write('\n');
            }
        }
        return out.toByteArray();
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        try {
            int millis = (int) settings.timeout.toMillis();
            socket.connect(new InetSocketAddress(InetAddress.getByName(settings.host), settings.port), millis);
            socket.setKeepAlive(true);
            Socket secured = settings.tls.isPresent() ? secured(socket, settings.tls.get(), millis) : socket;
            Thread.ofVirtual().name("mta/log-syslog/end").start(() -> awaitEnd(secured));
            return secured;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** RFC 5425 section 5.2: the certificate has to be trusted and to name the host. */
    private SSLSocket secured(Socket socket, SSLSocketFactory factory, int millis) throws IOException {
        var secured = (SSLSocket) factory.createSocket(socket, settings.host, settings.port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.setSoTimeout(millis);
        secured.startHandshake();
        secured.setSoTimeout(0);
        return secured;
    }

    private static void awaitEnd(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            in.skipNBytes(Long.MAX_VALUE);
        } catch (IOException e) {
            // ended, one way or the other
        }
    }

    @Override
    public void close() {
        open.ifPresent(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                // it is not used any more
            }
        });
        open = Optional.empty();
    }
}

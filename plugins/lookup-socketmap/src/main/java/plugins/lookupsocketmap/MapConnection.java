package plugins.lookupsocketmap;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import mta.plugins.api.io.Endpoint;

/**
 * A connection to a server: netstrings there and back, one question at a time. For one thread at a time; an interruption
 * closes it.
 */
final class MapConnection implements AutoCloseable {

    /** What Postfix allows. */
    private static final int LARGEST = 100_000;

    private final AutoCloseable socket;
    private final InputStream in;
    private final OutputStream out;

    private MapConnection(AutoCloseable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /** @param timeout for the connection and, over TCP, each read; over a Unix-domain socket the call's deadline ends it */
    static MapConnection open(Endpoint server, Duration timeout) throws IOException {
        if (server.scheme().equals("unix")) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(server.host()));
                return new MapConnection(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
        var socket = new Socket();
        try {
            int millis = (int) Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
            socket.connect(new InetSocketAddress(server.host(), server.port()), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            return new MapConnection(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** @return the reply's text */
    String ask(String map, String key) throws IOException {
        byte[] question = (map + " " + key).getBytes(StandardCharsets.UTF_8);
        byte[] length = (question.length + ":").getBytes(StandardCharsets.US_ASCII);
        byte[] netstring = new byte[length.length + question.length + 1];
        System.arraycopy(length, 0, netstring, 0, length.length);
        System.arraycopy(question, 0, netstring, length.length, question.length);
        netstring[netstring.length - 1] = ',';
        out.write(netstring);
        out.flush();
        return reply();
    }

    private String reply() throws IOException {
        int length = 0;
        int digits = 0;
        for (int c = next(); c != ':'; c = next()) {
            if (c < '0' || c > '9' || ++digits > 6) {
                throw new IOException("the reply is no netstring");
            }
            length = length * 10 + c - '0';
        }
        if (digits == 0 || length > LARGEST) {
            throw new IOException("the reply has " + (digits == 0 ? "no length" : "more than " + LARGEST + " bytes"));
        }
        byte[] text = in.readNBytes(length);
        if (text.length < length || next() != ',') {
            throw new IOException("the reply is no netstring");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private int next() throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new EOFException("the server has closed the connection");
        }
        return c;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (Exception e) {
            // it is of no use any more
        }
    }
}

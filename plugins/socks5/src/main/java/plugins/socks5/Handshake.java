package plugins.socks5;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import mta.plugins.api.io.Wire;

/**
 * The client's side of RFC 1928 on a fresh connection to the proxy; reads not one octet more than the proxy's answers.
 * One deadline for all of it. For one thread.
 */
final class Handshake {

    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    private final Wire wire;
    private final long deadline;

    Handshake(Wire wire, Duration timeout) {
        this.wire = wire;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** @param user empty: no authentication is offered */
    void connect(InetAddress to, int port, String user, String password) throws IOException {
        method(user, password);
        var request = new ByteArrayOutputStream();
        request.write(VERSION);
        request.write(CONNECT);
        request.write(0);
        byte[] address = to.getAddress();
        request.write(address.length == 4 ? IPV4 : IPV6);
        request.writeBytes(address);
        request.write(port >> 8);
        request.write(port);
        wire.out().write(request.toByteArray());
        answer();
    }

    private void method(String user, String password) throws IOException {
        boolean secret = !user.isEmpty();
        wire.out()
                .write(
                        secret
                                ? new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD}
                                : new byte[] {VERSION, 1, NO_AUTHENTICATION});
        byte[] chosen = read(2);
        if (chosen[0] != VERSION) {
            throw new IOException("the proxy does not speak SOCKS5");
        }
        switch (chosen[1]) {
            case NO_AUTHENTICATION -> {}
            case USER_AND_PASSWORD -> {
                if (!secret) {
                    throw new IOException("the proxy has chosen a method that was not offered");
                }
                authenticate(user, password);
            }
            default -> throw new IOException("the proxy wants another authentication");
        }
    }

    /** RFC 1929 section 2. */
    private void authenticate(String user, String password) throws IOException {
        var request = new ByteArrayOutputStream();
        request.write(1);
        counted(request, user);
        counted(request, password);
        wire.out().write(request.toByteArray());
        if (read(2)[1] != 0) {
            throw new IOException("the proxy does not take the user and password");
        }
    }

    private static void counted(ByteArrayOutputStream out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.write(octets.length);
        out.writeBytes(octets);
    }

    /** RFC 1928 section 6; where it is bound to is of no use here, but has to be read. */
    private void answer() throws IOException {
        byte[] head = read(4);
        if (head[0] != VERSION) {
            throw new IOException("the proxy does not speak SOCKS5");
        }
        if (head[1] != 0) {
            throw new IOException("the proxy says: " + reason(head[1]));
        }
        int length = switch (head[3]) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case NAME -> read(1)[0] & 0xff;
            default -> throw new IOException("the proxy answers with an address of type " + head[3]);
        };
        read(length + 2);
    }

    private static String reason(int code) {
        return switch (code) {
            case 1 -> "general failure";
            case 2 -> "not allowed by its rules";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "TTL expired";
            case 7 -> "command not supported";
            case 8 -> "address type not supported";
            default -> "error " + (code & 0xff);
        };
    }

    private byte[] read(int count) throws IOException {
        byte[] octets = new byte[count];
        int length = 0;
        while (length < count) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("the proxy does not answer in time");
            }
            wire.readTimeout(Duration.ofNanos(left));
            int got = wire.in().read(octets, length, count - length);
            if (got < 0) {
                throw new EOFException("the proxy has closed the connection");
            }
            length += got;
        }
        return octets;
    }
}

package plugins.logsyslog;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** One message in a datagram (RFC 5426 section 3.1). Whether it arrives nobody knows. */
final class Udp implements Link {

    private final String host;
    private final int port;
    private Optional<DatagramSocket> open = Optional.empty();

    Udp(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public void send(List<byte[]> messages) throws IOException {
        try {
            if (open.isEmpty()) {
                open = Optional.of(new DatagramSocket());
                // Connected, so that a host which refuses (ICMP) makes a later send fail
                open.get().connect(new InetSocketAddress(InetAddress.getByName(host), port));
            }
            for (byte[] message : messages) {
                open.get().send(new DatagramPacket(message, message.length));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        open.ifPresent(DatagramSocket::close);
        open = Optional.empty();
    }
}

package plugins.script;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The far side of all destinations, on every loopback address: takes mail, but not now for {@code later@} and never for
 * {@code never@}. One virtual thread per connection. Thread-safe.
 */
final class Peer implements AutoCloseable {

    private final ServerSocket server = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Recipient to content. */
    final Map<String, String> taken = new ConcurrentHashMap<>();

    Peer() throws IOException {
        server.bind(new InetSocketAddress(0), 1_000);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            say(out, "220 peer.example");
            String recipient = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("EHLO")) {
                    say(out, "250-peer.example\r\n250 AUTH PLAIN");
                } else if (line.startsWith("RCPT")) {
                    recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    say(
                            out,
                            recipient.startsWith("later@")
                                    ? "451 4.2.1 not now"
                                    : recipient.startsWith("never@") ? "550 5.1.1 never" : "250 2.1.5 ok");
                } else if (line.startsWith("DATA")) {
                    say(out, "354 go on");
                    var content = new StringBuilder();
                    for (line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                        content.append(line).append('\n');
                    }
                    taken.put(recipient, content.toString());
                    say(out, "250 2.0.0 taken");
                } else {
                    say(out, "250 2.0.0 ok");
                }
            }
        } catch (IOException e) {
            // the node has gone
        } finally {
            open.remove(socket);
        }
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

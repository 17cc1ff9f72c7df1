package plugins.authdovecot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The service, saying what the test wants. */
final class ScriptedDovecot implements AutoCloseable {

    static final String HANDSHAKE = "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tSCRAM-SHA-256\tmutual-auth\n"
            + "MECH\tANONYMOUS\tanonymous\nMECH\tOWN\tprivate\nSPID\t7\nCUID\t1\nCOOKIE\tabc\nDONE\n";

    private final ServerSocket socket;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    final AtomicInteger open = new AtomicInteger();
    volatile String handshake = HANDSHAKE;

    ScriptedDovecot() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    open.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    int port() {
        return socket.getLocalPort();
    }

    /** To the next requests; the empty string hangs up. */
    ScriptedDovecot answer(String... lines) {
        answers.addAll(List.of(lines));
        return this;
    }

    List<String> heard() {
        return List.copyOf(heard);
    }

    private void serve(Socket client) {
        try (client) {
            client.getOutputStream().write(handshake.getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add(line);
                if (line.startsWith("AUTH") || line.startsWith("CONT")) {
                    String answer = answers.take();
                    if (answer.isEmpty()) {
                        return;
                    }
                    client.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException | InterruptedException e) {
            // it has gone
        } finally {
            open.decrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package plugins.policydelegation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A policy server that answers what the test wants and keeps what it was asked. */
final class ScriptedPolicy implements AutoCloseable {

    /** Closes the connection instead of answering: a server in trouble. */
    static final String HANG_UP = "hang up";

    /** Says nothing. */
    static final String SILENCE = "silence";

    private final ServerSocket socket;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger serving = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();

    ScriptedPolicy() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    connections.incrementAndGet();
                    open.add(client);
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

    /** To the next request; the whole text up to the empty line. Without one: DUNNO. */
    ScriptedPolicy answer(String... texts) {
        answers.addAll(List.of(texts));
        return this;
    }

    ScriptedPolicy action(String action) {
        return answer("action=" + action);
    }

    Map<String, String> last() {
        return requests.getLast();
    }

    int asked() {
        return requests.size();
    }

    /** Closes all connections, and waits until nobody reads from them any more. */
    void hangUp() {
        for (Socket each : open) {
            try {
                each.close();
            } catch (IOException e) {
                // gone
            }
        }
        open.clear();
        while (serving.get() > 0) {
            Thread.onSpinWait();
        }
    }

    private void serve(Socket client) {
        serving.incrementAndGet();
        try {
            answer(client);
        } finally {
            serving.decrementAndGet();
        }
    }

    private void answer(Socket client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            var request = new LinkedHashMap<String, String>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) {
                    int equals = line.indexOf('=');
                    request.put(line.substring(0, equals), line.substring(equals + 1));
                    continue;
                }
                requests.add(Map.copyOf(request));
                request.clear();
                String answer = answers.isEmpty() ? "action=DUNNO" : answers.poll();
                if (answer.equals(HANG_UP)) {
                    return;
                }
                if (!answer.equals(SILENCE)) {
                    client.getOutputStream().write((answer + "\n\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            // it has gone
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        hangUp();
    }
}

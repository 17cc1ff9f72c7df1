package mta.bench.sink;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import mta.bench.text.Json;

/**
 * Lets another process ask a sink for its counts, over a loopback port. One line is one question:
 *
 * <pre>
 * stats          one line of JSON
 * tally RUN      the sums of a run, as {@link mta.bench.tally.Tally#write} writes them
 * forget         drops all tallies; answers "ok"
 * stop           ends the sink; answers "ok"
 * </pre>
 *
 * <p>Each connection has a virtual thread.
 */
public final class Control implements AutoCloseable {
    private final Sink sink;
    private final ServerSocket server;
    private final CountDownLatch stopped = new CountDownLatch(1);

    public Control(Sink sink, int port) throws IOException {
        this.sink = sink;
        this.server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns when somebody has said stop. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                var out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answer(line.split(" "), out);
                out.flush();
                if (line.equals("stop")) {
                    stopped.countDown();
                }
            }
        } catch (IOException e) {
            // The one who asked has left.
        }
    }

    private void answer(String[] words, DataOutputStream out) throws IOException {
        switch (words[0]) {
            case "stats" -> out.writeBytes(Json.of(sink.counts().json()) + "\n");
            case "tally" -> {
                if (words.length == 2 && words[1].matches("[0-9a-f]{8}")) {
                    sink.tally(Integer.parseUnsignedInt(words[1], 16)).write(out);
                } else {
                    out.writeLong(0);
                }
            }
            case "forget" -> {
                sink.forget();
                out.writeBytes("ok\n");
            }
            case "stop" -> out.writeBytes("ok\n");
            default -> out.writeBytes("error: unknown question\n");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

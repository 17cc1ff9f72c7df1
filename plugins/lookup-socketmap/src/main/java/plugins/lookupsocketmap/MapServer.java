package plugins.lookupsocketmap;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import mta.plugins.api.io.Endpoint;

/** A server and the connections to it that nobody uses now. As many are open as there are askers. Thread-safe. */
final class MapServer implements AutoCloseable {

    /** Postfix's servers close an idle connection after 10 s or more. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(8);

    private static final int MOST_IDLE = 20;

    private record Idle(MapConnection connection, long since) {}

    private final Endpoint endpoint;
    private final Duration timeout;
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    MapServer(Endpoint endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
    }

    /** @return the reply's text */
    String ask(String map, String key) throws IOException {
        Idle used = idle.pollFirst();
        if (used != null && System.nanoTime() - used.since() < IDLE_NANOS) {
            try {
                return ask(used.connection(), map, key);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                // the server may have closed it, or been restarted: a new one tells
            }
        } else if (used != null) {
            used.connection().close();
        }
        return ask(MapConnection.open(endpoint, timeout), map, key);
    }

    private String ask(MapConnection connection, String map, String key) throws IOException {
        boolean good = false;
        try {
            String reply = connection.ask(map, key);
            good = true;
            return reply;
        } finally {
            if (good && !closed && idle.size() < MOST_IDLE) {
                idle.addFirst(new Idle(connection, System.nanoTime()));
            } else {
                connection.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Idle each = idle.poll(); each != null; each = idle.poll()) {
            each.connection().close();
        }
    }
}

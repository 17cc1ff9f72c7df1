package plugins.policydelegation;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import mta.plugins.api.io.Wire;

/**
 * The far side: takes a request, gives the action. Connections are kept and used again, each for one request at a time. A
 * server in trouble closes the connection without an answer (SMTPD_POLICY_README): it is tried once more. Thread-safe.
 */
final class PolicyServer implements AutoCloseable {

    private static final int MAX_ANSWER = 64 * 1024;

    private final Dialler dialler;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile PolicySettings settings;
    private volatile boolean closed;

    PolicyServer(PolicySettings settings, Dialler dialler) {
        this.settings = settings;
        this.dialler = dialler;
    }

    /** Connections that are kept belong to the old ones. */
    void settings(PolicySettings other) {
        settings = other;
        closeIdle();
    }

    PolicySettings settings() {
        return settings;
    }

    String ask(byte[] request) throws IOException {
        PolicySettings now = settings;
        Optional<Connection> kept = idle(now);
        if (kept.isPresent()) {
            try {
                return ask(kept.get(), request, now);
            } catch (PolicyException e) {
                throw e;
            } catch (IOException e) {
                // It has been closed meanwhile, which says nothing about the server.
            }
        }
        try {
            return ask(dial(now), request, now);
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            pause(now.retryDelay());
        }
        try {
            return ask(dial(now), request, now);
        } catch (PolicyException e) {
            throw e;
        } catch (IOException e) {
            throw new PolicyException(now.name() + " at " + now.endpoint() + ": " + e.getMessage(), e);
        }
    }

    private static void pause(Duration pause) throws PolicyException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolicyException("interrupted before the second try", e);
        }
    }

    private Connection dial(PolicySettings now) throws IOException {
        return new Connection(dialler.dial(now.endpoint(), now.connectTimeout()));
    }

    private Optional<Connection> idle(PolicySettings now) {
        for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
            if (System.nanoTime() - one.sinceNanos < now.idleTimeout().toNanos()) {
                return Optional.of(one);
            }
            one.close();
        }
        return Optional.empty();
    }

    private String ask(Connection connection, byte[] request, PolicySettings now) throws IOException {
        boolean good = false;
        try {
            String action = connection.ask(request, now.timeout());
            good = true;
            return action;
        } catch (SocketTimeoutException e) {
            // Not tried again: whoever waits has waited long enough.
            throw new PolicyException(
                    now.name() + " at " + now.endpoint() + ": no answer within "
                            + now.timeout().toMillis() + " ms",
                    e);
        } finally {
            if (good) {
                keep(connection, now);
            } else {
                connection.close();
            }
        }
    }

    private void keep(Connection connection, PolicySettings now) {
        connection.sinceNanos = System.nanoTime();
        idle.addFirst(connection);
        while (idle.size() > now.maxIdle() || closed) {
            Connection oldest = idle.pollLast();
            if (oldest == null) {
                return;
            }
            oldest.close();
        }
    }

    /** Those that nobody has used for too long. */
    void sweep() {
        long now = System.nanoTime();
        for (Connection one : idle) {
            if (now - one.sinceNanos >= settings.idleTimeout().toNanos() && idle.remove(one)) {
                one.close();
            }
        }
    }

    int idle() {
        return idle.size();
    }

    private void closeIdle() {
        for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
            one.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    /** Used by one thread at a time. */
    private static final class Connection {

        private final Wire wire;
        private final InputStream in;
        private volatile long sinceNanos;

        Connection(Wire wire) throws IOException {
            this.wire = wire;
            in = new BufferedInputStream(wire.in(), 1024);
        }

        /** Attributes until an empty line; the action is one of them. */
        String ask(byte[] request, Duration timeout) throws IOException {
            wire.readTimeout(timeout);
            wire.out().write(request);
            Optional<String> action = Optional.empty();
            int left = MAX_ANSWER;
            for (String line = line(left); !line.isEmpty(); line = line(left)) {
                left -= line.length();
                if (line.startsWith("action=") && action.isEmpty()) {
                    action = Optional.of(line.substring("action=".length()).strip());
                } else if (line.indexOf('=') < 0) {
                    throw new PolicyException("an answer with a line that is no attribute: " + shown(line));
                }
            }
            return action.orElseThrow(() -> new PolicyException("an answer without an action"));
        }

        private String line(int max) throws IOException {
            var line = new ByteArrayOutputStream();
            while (true) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("it closed the connection without an answer");
                }
                if (octet == '\n') {
                    return line.toString(StandardCharsets.UTF_8).stripTrailing();
                }
                if (line.size() >= max) {
                    throw new PolicyException("an answer without end");
                }
                line.write(octet);
            }
        }

        private static String shown(String text) {
            return (text.length() > 100 ? text.substring(0, 100) + "..." : text).replaceAll("\\p{Cntrl}", "?");
        }

        void close() {
            try {
                wire.close();
            } catch (IOException e) {
                // It is gone one way or the other.
            }
        }
    }
}

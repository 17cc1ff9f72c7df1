package itest;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The destination: takes numbered messages and remembers every acceptance, before it is answered, with its connection.
 * One virtual thread per connection. Thread-safe.
 */
final class CountingSink implements AutoCloseable {

    /** A connection to the sink; {@code opened} tells which life of the node made it. */
    static final class Link {
        final long opened = System.nanoTime();
        private final List<Long> accepted = new ArrayList<>();

        /** How many messages came on this connection after the last time that this one did. */
        synchronized int after(long number) {
            return accepted.size() - 1 - accepted.lastIndexOf(number);
        }

        private synchronized void add(long number) {
            accepted.add(number);
        }
    }

    private static final byte[] NUMBER = "X-Bench-Id: ".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;
    private final Set<String> marks;
    private final Set<Long> unmarked = ConcurrentHashMap.newKeySet();
    private final Map<Long, List<Link>> accepted = new HashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    CountingSink() throws IOException {
        this(0, Set.of());
    }

    CountingSink(int port) throws IOException {
        this(port, Set.of());
    }

    /** @param marks header fields that every message must have */
    CountingSink(Set<String> marks) throws IOException {
        this(0, marks);
    }

    private CountingSink(int port, Set<String> marks) throws IOException {
        this.marks = Set.copyOf(marks);
        server = new ServerSocket(port, 1_000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Which connections brought this message, in order; empty if it did not come. */
    List<Link> arrivals(long number) {
        synchronized (accepted) {
            return List.copyOf(accepted.getOrDefault(number, List.of()));
        }
    }

    Set<Long> numbers() {
        synchronized (accepted) {
            return Set.copyOf(accepted.keySet());
        }
    }

    /** What came without one of the marks, or with one of them twice. */
    Set<Long> unmarked() {
        return Set.copyOf(unmarked);
    }

    int distinct() {
        synchronized (accepted) {
            return accepted.size();
        }
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
        Link link = new Link();
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            say(out, "220 sink.example ESMTP");
            out.flush();
            for (byte[] line = line(in); line.length > 0; line = line(in)) {
                String verb = new String(line, 0, Math.min(4, line.length), StandardCharsets.US_ASCII);
                switch (verb.toUpperCase(java.util.Locale.ROOT)) {
                    case "EHLO" -> say(out, "250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME");
                    case "DATA" -> {
                        say(out, "354 go on");
                        out.flush();
                        long number = content(in);
                        if (number < 0) {
                            return;
                        }
                        link.add(number);
                        synchronized (accepted) {
                            accepted.computeIfAbsent(number, _ -> new ArrayList<>(1))
                                    .add(link);
                        }
                        say(out, "250 2.0.0 taken");
                    }
                    case "QUIT" -> {
                        say(out, "221 2.0.0 bye");
                        out.flush();
                        return;
                    }
                    default -> say(out, "250 2.0.0 ok");
                }
                if (in.available() == 0) {
                    out.flush();
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

    /** The number in a message; -1 if the connection ended within it. */
    private long content(InputStream in) throws IOException {
        long number = -1;
        Set<String> found = new java.util.HashSet<>();
        boolean twice = false;
        boolean header = true;
        for (byte[] line = line(in); line.length > 0; line = line(in)) {
            if (line.length == 3 && line[0] == '.') {
                if (number < 0) {
                    throw new IOException("a message without number");
                }
                if (found.size() < marks.size() || twice) {
                    unmarked.add(number);
                }
                return number;
            }
            header &= line.length > 2;
            if (header && !marks.isEmpty() && line[0] == 'X') {
                String field = new String(line, StandardCharsets.US_ASCII);
                String name = field.substring(0, Math.max(0, field.indexOf(':')));
                twice |= marks.contains(name) && !found.add(name);
            }
            if (number < 0 && line.length > NUMBER.length && line[0] == 'X') {
                String text = new String(line, StandardCharsets.US_ASCII);
                if (text.startsWith("X-Bench-Id: ")) {
                    number = Long.parseLong(
                            text.substring(text.lastIndexOf('-') + 1).strip());
                }
            }
        }
        return -1;
    }

    /** With its CRLF; empty at the end of the stream, and for half a line. */
    private static byte[] line(InputStream in) throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, length * 2);
            }
            line[length++] = (byte) octet;
            if (octet == '\n') {
                return java.util.Arrays.copyOf(line, length);
            }
        }
        return new byte[0];
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

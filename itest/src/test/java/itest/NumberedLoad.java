package itest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that send numbered messages as fast as the node takes them, come back when a connection breaks, and remember
 * what they were told of each. A number is sent once: it is answered, refused, or nobody knows. One virtual thread each.
 */
final class NumberedLoad implements AutoCloseable {

    private static final int SILENCE_MILLIS = 120_000;

    private final int port;
    private final byte[] filling;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final Set<Long> answered = ConcurrentHashMap.newKeySet();
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    NumberedLoad(int port, int connections, int bytes) {
        this.port = port;
        String line = "All work and no play makes a dull test, and a long line for the message content.\r\n";
        filling = line.repeat(Math.max(1, bytes / line.length())).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < connections; i++) {
            clients.add(Thread.ofVirtual().start(this::run));
        }
    }

    /** How many connections could not be made or ended before they were over. */
    long broken() {
        return broken.get();
    }

    /** What got 250. */
    Set<Long> answered() {
        return Set.copyOf(answered);
    }

    int answeredCount() {
        return answered.size();
    }

    /** What got 4xx or 5xx after its content or before. */
    Set<Long> refused() {
        return Set.copyOf(refused);
    }

    /** The different replies that were no 2xx. */
    Set<String> refusals() {
        return Set.copyOf(refusals);
    }

    long started() {
        return next.get();
    }

    /** Begins no new message; returns when every one that was begun has its answer. */
    void finish() throws InterruptedException {
        over = true;
        for (Thread client : clients) {
            client.join();
        }
    }

    private void run() {
        while (!over) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.add(socket);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(SILENCE_MILLIS);
                talk(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
                open.remove(socket);
            } catch (IOException e) {
                broken.incrementAndGet();
                pause(); // the node is away
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void talk(InputStream in, OutputStream out) throws IOException {
        if (!isPositive(reply(in))) {
            pause();
            return;
        }
        say(out, "EHLO load.example\r\n");
        reply(in);
        while (!over) {
            long number = next.incrementAndGet();
            String envelope =
                    "MAIL FROM:<load@sender.example>\r\nRCPT TO:<user@dest" + number % 10 + ".example>\r\nDATA\r\n";
            say(out, envelope);
            String mail = reply(in);
            String rcpt = reply(in);
            String data = reply(in);
            if (!data.startsWith("354")) {
                refuse(number, isPositive(mail) ? isPositive(rcpt) ? data : rcpt : mail);
                say(out, "RSET\r\n");
                reply(in);
                pause();
                continue;
            }
            byte[] header = ("From: <load@sender.example>\r\nX-Bench-Id: 00000000-" + number
                            + "\r\nSubject: load\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] content = new byte[header.length + filling.length + 3];
            System.arraycopy(header, 0, content, 0, header.length);
            System.arraycopy(filling, 0, content, header.length, filling.length);
            System.arraycopy(".\r\n".getBytes(StandardCharsets.US_ASCII), 0, content, content.length - 3, 3);
            out.write(content);
            String last = reply(in);
            if (isPositive(last)) {
                answered.add(number);
            } else {
                refuse(number, last);
                pause();
            }
        }
        say(out, "QUIT\r\n");
    }

    private void refuse(long number, String reply) {
        refused.add(number);
        refusals.add(reply);
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isPositive(String reply) {
        return reply.startsWith("2");
    }

    /** The last line of a reply. */
    private static String reply(InputStream in) throws IOException {
        while (true) {
            var line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("the connection ended");
                }
                line.append((char) octet);
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line.toString().strip();
            }
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (Socket socket : open) {
            socket.close();
        }
    }
}

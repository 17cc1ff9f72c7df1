package mta.bench.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Loopback ports. */
public final class Ports {
    private Ports() {}

    /** A port that was free a moment ago, outside the range that outgoing connections take theirs from. */
    public static int free() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = 20_000 + java.util.concurrent.ThreadLocalRandom.current().nextInt(12_000);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: try another
            }
        }
        throw new IOException("no free port between 20000 and 32000");
    }

    /** Waits until a server greets with 220. */
    static void awaitGreeting(InetSocketAddress server, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!greets(server)) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("no 220 from " + server + " after " + limit.toSeconds() + " s");
            }
            Thread.sleep(2);
        }
    }

    private static boolean greets(InetSocketAddress server) {
        try (var socket = new Socket()) {
            socket.connect(server, 5_000);
            socket.setSoTimeout(5_000);
            byte[] greeting = socket.getInputStream().readNBytes(4);
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(greeting, StandardCharsets.US_ASCII).startsWith("220");
        } catch (IOException e) {
            return false;
        }
    }
}

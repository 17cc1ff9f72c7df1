package mta.bench.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import mta.bench.tally.Tally;

/**
 * Serves its share of the connections. Everything runs on the one thread that calls {@link #run}, but for
 * {@link #counts}, {@link #adopt}, {@link #forget} and {@link #stop}.
 */
final class SinkLoop implements Runnable {
    private static final AtomicInteger CAPTURED = new AtomicInteger();

    final SinkSettings settings;
    final byte[] ehlo;
    final byte[] in = new byte[64 * 1024];
    final ByteBuffer inBuffer = ByteBuffer.wrap(in);
    final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);

    private final Sink sink;
    private final Selector selector;
    private final Queue<SocketChannel> adopted = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<SinkConnection> held =
            new PriorityQueue<>((a, b) -> Long.signum(a.releaseAt() - b.releaseAt()));
    private ServerSocketChannel server;
    private List<SinkLoop> all;
    private int next;
    private volatile boolean stopped;
    private volatile boolean forgetful;
    private int lastRun;
    private Tally lastTally;

    private volatile SinkCounts counts = SinkCounts.NONE;
    private long connections;
    private long messages;
    private long recipients;
    private long bytes;
    private long unnumbered;
    private long deferred;
    private long refused;
    private long dropped;
    private long commands;
    private long lastMillis;

    SinkLoop(SinkSettings settings, Sink sink) throws IOException {
        this.settings = settings;
        this.sink = sink;
        this.selector = Selector.open();
        var text = new StringBuilder("250-sink.bench.example\r\n");
        for (String keyword : SinkSettings.KEYWORDS) {
            if (settings.offer().contains(keyword)) {
                text.append("250-")
                        .append(keyword)
                        .append(keyword.equals("SIZE") ? " " + settings.sizeLimit() : "")
                        .append("\r\n");
            }
        }
        text.setCharAt(text.lastIndexOf("250-") + 3, ' ');
        this.ehlo = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes this loop the one that accepts connections, for all of them in turn. */
    void accept(ServerSocketChannel listening, List<SinkLoop> loops) throws IOException {
        server = listening;
        all = loops;
        listening.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public void run() {
        try (selector) {
            while (!stopped) {
                selector.select(this::ready, patience());
                for (var channel = adopted.poll(); channel != null; channel = adopted.poll()) {
                    serve(channel);
                }
                release();
                publish();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof SinkConnection connection) {
            connection.ready(key);
        } else {
            acceptAll();
        }
    }

    private void acceptAll() {
        try {
            for (var channel = server.accept(); channel != null; channel = server.accept()) {
                SinkLoop loop = all.get(next++ % all.size());
                if (loop == this) {
                    serve(channel);
                } else {
                    loop.adopt(channel);
                }
            }
        } catch (IOException e) {
            // Out of descriptors, or closing: the next round shows which.
        }
    }

    private void adopt(SocketChannel channel) {
        adopted.add(channel);
        selector.wakeup();
    }

    private void serve(SocketChannel channel) {
        connections++;
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var connection = new SinkConnection(this, channel);
            connection.open(channel.register(selector, SelectionKey.OP_READ, connection));
        } catch (IOException e) {
            // The client left before it was greeted.
        }
    }

    private long patience() {
        if (held.isEmpty()) {
            return 1000;
        }
        return Math.clamp((held.peek().releaseAt() - System.nanoTime()) / 1_000_000, 1, 1000);
    }

    private void release() {
        while (!held.isEmpty() && held.peek().releaseAt() - System.nanoTime() <= 0) {
            held.poll().release();
        }
    }

    void hold(SinkConnection connection) {
        held.add(connection);
    }

    void unhold(SinkConnection connection) {
        held.remove(connection);
    }

    void received(ContentScanner content, long sum) {
        messages++;
        recipients += Tally.recipients(sum);
        bytes += content.bytes();
        if (content.number() < 0 || !tally(content.run()).add(content.number(), sum)) {
            unnumbered++;
        }
    }

    private Tally tally(int run) {
        if (lastTally == null || lastRun != run || forgetful) {
            forgetful = false;
            lastRun = run;
            lastTally = sink.open(run);
        }
        return lastTally;
    }

    void deferred() {
        deferred++;
    }

    void refused() {
        refused++;
    }

    void dropped() {
        dropped++;
    }

    void command() {
        commands++;
    }

    /** Whether another message may still be kept; each yes is counted. */
    boolean mayCapture() {
        return settings.capture().isPresent() && CAPTURED.incrementAndGet() <= settings.captureMax();
    }

    void capture(byte[] message, int length, long number) {
        try {
            Files.createDirectories(settings.capture().get());
            try (var file = Files.newOutputStream(settings.capture()
                    .get()
                    .resolve(String.format("%06d-%012d.eml", CAPTURED.get(), Math.max(0, number))))) {
                file.write(message, 0, length);
            }
        } catch (IOException e) {
            System.err.println("sink: cannot keep a message: " + e);
        }
    }

    private void publish() {
        if (messages != counts.messages()) {
            lastMillis = System.currentTimeMillis();
        }
        counts = new SinkCounts(
                connections, messages, recipients, bytes, unnumbered, deferred, refused, dropped, commands, lastMillis);
    }

    SinkCounts counts() {
        return counts;
    }

    void forget() {
        forgetful = true;
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }
}

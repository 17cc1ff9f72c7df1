package mta.bench.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mta.bench.tally.Tally;

/**
 * A running sink. Its threads start with {@link #start} and end with {@link #close}; everything else may be called by
 * any thread.
 */
public final class Sink implements AutoCloseable {
    private static final int RUNS = 64;
    private static final int BACKLOG = 1024;

    private final ServerSocketChannel server;
    private final List<SinkLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Integer, Tally> tallies = new ConcurrentHashMap<>();

    private Sink(SinkSettings settings) throws IOException {
        server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(settings.listen(), BACKLOG);
        server.configureBlocking(false);
        for (int i = 0; i < settings.threads(); i++) {
            loops.add(new SinkLoop(settings, this));
        }
        loops.getFirst().accept(server, loops);
    }

    public static Sink start(SinkSettings settings) throws IOException {
        var sink = new Sink(settings);
        for (SinkLoop loop : sink.loops) {
            sink.threads.add(Thread.ofPlatform().name("sink").daemon().start(loop));
        }
        return sink;
    }

    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) server.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public SinkCounts counts() {
        return loops.stream().map(SinkLoop::counts).reduce(SinkCounts.NONE, SinkCounts::plus);
    }

    /** The sums of one run, by message number; empty when nothing of it has come. */
    public Tally tally(int run) {
        return tallies.getOrDefault(run, new Tally());
    }

    /** The tally to count in; after {@link #RUNS} runs the strange ones share one, so that a flood of ids is bounded. */
    Tally open(int run) {
        var known = tallies.get(run);
        return known != null ? known : tallies.computeIfAbsent(tallies.size() < RUNS ? run : 0, r -> new Tally());
    }

    /** Forgets all tallies; the counts go on. */
    public void forget() {
        tallies.clear();
        loops.forEach(SinkLoop::forget);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // Nothing more can be done about a listening socket that does not close.
        }
        loops.forEach(SinkLoop::stop);
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

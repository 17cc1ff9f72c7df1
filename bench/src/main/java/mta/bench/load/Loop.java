package mta.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import mta.bench.tally.Tally;
import org.HdrHistogram.Histogram;

/**
 * Serves its share of the connections. Everything runs on the one thread that calls {@link #run}, but for
 * {@link #counts} and {@link #wake}. The results are read by others after that thread has ended.
 */
final class Loop implements Runnable {
    static final long LONGEST_MICROS = 3_600_000_000L;
    private static final long TICK_NANOS = 250_000_000L;
    private static final long GRACE_NANOS = 3_000_000_000L;
    private static final long RETRY_NANOS = 100_000_000L;

    final Load load;
    final Schedule schedule;
    final Content content;
    final ByteBuffer sharedBody;
    final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
    final ByteBuffer out;
    final byte[] scratch;
    final Pattern sender;
    private final Pattern[] patterns;

    final Histogram latency = new Histogram(LONGEST_MICROS, 3);
    final BitSet inDoubt = new BitSet();
    final Tally sent;
    long lastReplyAt;
    String lastReply = "";
    String trouble = "";
    long cpuNanos;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> waiting = new ArrayDeque<>();
    private final ArrayDeque<Connection> closed = new ArrayDeque<>();
    private int active;
    private int failures;
    private long reopenAt;
    private volatile Counts counts = Counts.NONE;
    private long accepted;
    private long deferred;
    private long refused;
    private long aborted;
    private long recipients;
    private int unpublished;

    Loop(Load load, int share, Schedule schedule, Content content, Tally sent) throws IOException {
        this.load = load;
        this.schedule = schedule;
        this.content = content;
        this.sent = sent;
        this.sharedBody = content.rest();
        this.sender = new Pattern(load.sender(), load.destinations());
        this.patterns = Stream.of(load.recipient().split(","))
                .map(text -> new Pattern(text, load.destinations()))
                .toArray(Pattern[]::new);
        this.scratch = new byte[Stream.of(patterns).mapToInt(Pattern::longest).reduce(sender.longest(), Math::max)];
        this.out = ByteBuffer.allocateDirect(64 + scratch.length + load.recipients() * (16 + scratch.length));
        this.selector = Selector.open();
        this.active = share;
        for (int i = 0; i < share; i++) {
            connections.add(new Connection(this));
        }
    }

    @Override
    public void run() {
        var threads = ManagementFactory.getThreadMXBean();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        try (selector) {
            connections.forEach(Connection::next);
            loop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.forEach(Connection::close);
            publish();
            cpuNanos = threads.getCurrentThreadCpuTime() - cpuBefore;
        }
    }

    private void loop() throws IOException {
        long nextTick = System.nanoTime() + TICK_NANOS;
        long graceEnd = 0;
        while (active > 0) {
            long now = System.nanoTime();
            if (now - nextTick >= 0) {
                nextTick = now + TICK_NANOS;
                publish();
                connections.forEach(connection -> connection.checkStalled(now));
                graceEnd = graceEnd == 0 && schedule.isCancelled() ? now + GRACE_NANOS : graceEnd;
                if (graceEnd != 0 && now - graceEnd > 0) {
                    return;
                }
            }
            selector.select(this::ready, patience(now, nextTick));
            reopen();
            resume();
        }
    }

    private void ready(SelectionKey key) {
        ((Connection) key.attachment()).ready(key);
    }

    /** How long to sleep, in milliseconds, at least 1: spinning would take the processor from what is measured. */
    private long patience(long now, long nextTick) {
        long left = nextTick - now;
        if (!waiting.isEmpty()) {
            left = Math.min(left, schedule.nextDue() - now);
        }
        if (!closed.isEmpty()) {
            left = Math.min(left, reopenAt - now);
        }
        return Math.max(1, left / 1_000_000);
    }

    private void reopen() {
        if (!closed.isEmpty() && System.nanoTime() - reopenAt >= 0) {
            for (int n = closed.size(); n > 0; n--) {
                closed.poll().next();
            }
        }
    }

    private void resume() {
        for (int n = waiting.size(); n > 0; n--) {
            waiting.poll().resume();
        }
    }

    /** Writes the address of one recipient of a message and returns where it ends. */
    int recipient(long number, int index) {
        return patterns[(int) ((number + index) % patterns.length)].render(scratch, 0, number, index);
    }

    Selector selector() {
        return selector;
    }

    /** The connection has nothing to send until the schedule says so. */
    void await(Connection connection) {
        waiting.add(connection);
    }

    /** The connection has sent its last. */
    void done() {
        active--;
    }

    /** The connection failed and is closed; it is opened again, at once when it had worked, else a little later. */
    void failed(Connection connection, boolean hadWorked, String why) {
        if (trouble.isEmpty()) {
            trouble = why;
        }
        if (++failures >= load.giveUp()) {
            schedule.cancel();
        }
        if (closed.isEmpty()) {
            reopenAt = System.nanoTime() + (hadWorked ? 0 : RETRY_NANOS);
        }
        closed.add(connection);
    }

    void accepted(long number, long sum, int served, long begin, long now) {
        failures = 0;
        accepted++;
        recipients += served;
        sent.add(number, sum);
        latency.recordValue(Math.clamp((now - begin) / 1000, 0, LONGEST_MICROS));
        count(now);
    }

    void rejected(int code, long now) {
        if (code < 500) {
            deferred++;
        } else {
            refused++;
        }
        count(now);
    }

    void aborted(long number, long sum, boolean doubtful) {
        aborted++;
        if (doubtful && number < Integer.MAX_VALUE) {
            sent.add(number, sum);
            inDoubt.set((int) number);
        }
        count(System.nanoTime());
    }

    private void count(long now) {
        lastReplyAt = now;
        if (++unpublished >= 64) {
            publish();
        }
    }

    private void publish() {
        unpublished = 0;
        counts = new Counts(accepted, deferred, refused, aborted, recipients);
    }

    Counts counts() {
        return counts;
    }

    void wake() {
        selector.wakeup();
    }
}

package mta.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import mta.plugins.api.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a far side that answers as told. */
class OutboxTest {

    /** Takes what the script says nothing about. */
    private static final class Scripted implements FarSide {

        final Queue<Answer> script = new ArrayDeque<>();
        final List<String> taken = Collections.synchronizedList(new ArrayList<>());
        final List<String> ids = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Answer send(Batch batch) {
            batch.offsets().forEach(offset -> ids.add(batch.id(offset)));
            Answer answer = script.isEmpty() ? new Answer.Taken() : script.poll();
            if (answer instanceof Answer.Failed(String reason, Duration after) && after.isNegative()) {
                throw new IllegalStateException(reason);
            }
            if (answer instanceof Answer.Taken) {
                batch.records().forEach(record -> taken.add(new String(record, StandardCharsets.UTF_8)));
            }
            return answer;
        }

        @Override
        public void close() {}
    }

    private static final Metrics NO_METRICS = new Metrics() {
        @Override
        public Counter counter(String name, String... labels) {
            return _ -> {};
        }

        @Override
        public Histogram histogram(String name, String... labels) {
            return _ -> {};
        }

        @Override
        public void gauge(String name, LongSupplier value, String... labels) {}
    };

    @TempDir
    Path directory;

    private final Scripted far = new Scripted();

    private Outbox open(boolean skipRefused) {
        return open(skipRefused, () -> far);
    }

    private Outbox open(boolean skipRefused, Outbox.Dial dial) {
        return new Outbox(
                "log-test",
                new Journal.Settings(directory, 1 << 20, false, false),
                new Sender.Settings(
                        10, 1 << 20, Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(5), skipRefused),
                dial,
                InstantSource.system(),
                NO_METRICS);
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> "record " + n).toList();
    }

    private static List<byte[]> records(int from, int to) {
        return texts(from, to).stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain: " + what);
            Thread.sleep(2);
        }
    }

    @Test
    void whatFailsComesAgainInOrderAndUnderTheSameIds() throws Exception {
        far.script.add(new Answer.Failed("away", Duration.ZERO));
        far.script.add(new Answer.Failed("a defect", Duration.ofSeconds(-1))); // thrown
        try (var outbox = open(false)) {
            outbox.append(records(0, 5));
            await("all of them", () -> outbox.state().sender().sent() == 5);
            assertEquals(texts(0, 5), far.taken);
            assertEquals(far.ids.subList(0, 5), far.ids.subList(10, 15));
            assertEquals(5, far.ids.stream().distinct().count());
            assertEquals(0, outbox.state().backlog());
        }
    }

    /** Halving changes the batch, not the names of the records in it. */
    @Test
    void whatIsTooMuchIsHalvedAndARefusedRecordIsSkippedWhereSaid() throws Exception {
        far.script.add(new Answer.Refused(true, "too much"));
        far.script.add(new Answer.Refused(true, "too much"));
        far.script.add(new Answer.Refused(false, "not this"));
        try (var outbox = open(true)) {
            outbox.append(records(0, 4));
            await("all but one", () -> outbox.state().sender().sent() == 3);
            assertEquals(texts(1, 4), far.taken);
            assertEquals(1, outbox.state().sender().skipped());
            assertEquals(4, far.ids.stream().distinct().count());
        }
    }

    @Test
    void itOpensWhenTheFarSideCanBeMade() throws Exception {
        var fails = new ArrayDeque<>(List.of("no certificate"));
        try (var outbox = open(false, () -> {
            if (!fails.isEmpty()) {
                throw new IOException(fails.poll());
            }
            return far;
        })) {
            outbox.resume();
            assertEquals("no certificate", outbox.state().trouble());
            outbox.append(records(0, 1));
            await("it is taken", () -> outbox.state().sender().sent() == 1);
            assertEquals("", outbox.state().trouble());
        }
    }

    @Test
    void aClosedOneTakesNothing() {
        var outbox = open(false);
        outbox.resume();
        outbox.close();
        assertEquals(
                "log-test has stopped",
                assertThrows(IOException.class, () -> outbox.append(records(0, 1)))
                        .getMessage());
    }
}

package mta.core.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.RecordSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordBusTest {

    @TempDir
    Path directory;

    private final List<String> got = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean broken;

    private final RecordSink sink = new RecordSink() {
        @Override
        public void write(List<LogRecord> batch) {
            if (broken) {
                throw new IllegalStateException("away");
            }
            batch.forEach(record -> got.add(number(record)));
        }
    };

    private static String number(LogRecord record) {
        return ((LogRecord.Event) record).values().get("n").toString();
    }

    private static LogRecord record(String kind, int n) {
        return new LogRecord.Event(Instant.ofEpochSecond(n), kind, Map.of("n", n, "id", "M" + n));
    }

    private static Binding binding(String onError, Object... more) {
        var values = new HashMap<String, Object>(Map.of(
                "plugin",
                "sink",
                "point",
                "RecordSink",
                "stages",
                "write",
                "breakerFailures",
                0,
                "onError",
                onError,
                "when.kind",
                "Test"));
        return Binding.parse("sink", values);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited 60 s in vain");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<String> numbers(int from, int to) {
        return java.util.stream.IntStream.range(from, to)
                .mapToObj(Integer::toString)
                .toList();
    }

    /** A bus and a runner for as long as a body runs: what a node does between start and stop. */
    private void node(String onError, boolean present, java.util.function.Consumer<RecordBus> body) {
        var bus = new RecordBus(directory);
        try (var runner = new HookRunner(bus::emit, InstantSource.system())) {
            bus.attach(runner);
            if (present) {
                runner.register(RecordSink.class, sink, Map.of("mta.plugin", "sink"));
            }
            runner.bind(List.of(binding(onError)));
            body.accept(bus);
            bus.close();
        }
    }

    @Test
    void inOrderAndOnlyTheWantedKind() {
        node("spill", true, bus -> {
            for (int i = 0; i < 50_000; i++) {
                bus.emit(record(i % 2 == 0 ? "Test" : "Other", i / 2));
            }
            await(() -> got.size() == 25_000);
        });
        assertEquals(numbers(0, 25_000), got);
    }

    @Test
    void whatASinkDoesNotTakeWaitsOnDiskInOrderEvenThroughARestart() {
        broken = true;
        node("spill", true, bus -> {
            for (int i = 0; i < 40_000; i++) {
                bus.emit(record("Test", i));
            }
            await(() -> bus.backlog().getFirst().bytesOnDisk() > 0);
        });
        assertEquals(List.of(), got);
        broken = false;
        node("spill", true, bus -> {
            bus.emit(record("Test", 40_000));
            await(() -> got.size() > 40_000);
            assertEquals(0, bus.backlog().getFirst().bytesOnDisk());
        });
        assertEquals(numbers(0, 40_001), got);
    }

    @Test
    void aSinkThatIsAwayKeepsItsRecordsToo() {
        node("spill", false, bus -> {
            for (int i = 0; i < 100; i++) {
                bus.emit(record("Test", i));
            }
        });
        node("spill", true, bus -> await(() -> got.size() == 100));
        assertEquals(numbers(0, 100), got);
    }

    @Test
    void aListComesBackFromDiskAsAList() {
        var many = new ArrayList<Object>();
        RecordSink lists = new RecordSink() {
            @Override
            public void write(List<LogRecord> batch) {
                batch.forEach(
                        record -> many.add(((LogRecord.Event) record).values().get("to")));
            }
        };
        var record = new LogRecord.Event(Instant.EPOCH, "Test", Map.of("to", List.of("a b", "c")));
        node("spill", false, bus -> bus.emit(record));
        var bus = new RecordBus(directory);
        try (var runner = new HookRunner(bus::emit, InstantSource.system())) {
            bus.attach(runner);
            runner.register(RecordSink.class, lists, Map.of("mta.plugin", "sink"));
            runner.bind(List.of(binding("spill")));
            await(() -> !many.isEmpty());
            bus.close();
        }
        assertEquals(List.of(List.of("a b", "c")), many);
    }

    @Test
    void dropIsCounted() {
        broken = true;
        node("drop", true, bus -> {
            for (int i = 0; i < 100; i++) {
                bus.emit(record("Test", i));
            }
            await(() -> bus.backlog().getFirst().dropped() == 100);
        });
    }

    @Test
    void blockDeliversAllOfThemOnceTheSinkIsBack() {
        broken = true;
        node("block", true, bus -> {
            Thread mail = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 40_000; i++) {
                    bus.emit(record("Test", i));
                }
            });
            await(() -> mail.getState() == Thread.State.TIMED_WAITING);
            broken = false;
            await(() -> got.size() == 40_000);
        });
        assertEquals(numbers(0, 40_000), got);
    }

    @Test
    void theLastOnesAreRememberedById() {
        node("spill", true, bus -> {
            for (int i = 0; i < 10; i++) {
                bus.emit(record("Test", i));
            }
            assertEquals(1, bus.about("M7").size());
            assertEquals(
                    List.of("8", "9"),
                    bus.last(2).stream().map(RecordBusTest::number).toList());
        });
    }
}

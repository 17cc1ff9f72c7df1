package mta.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.junit.jupiter.api.Test;

class MetersTest {

    @Test
    void theSameNameAndLabelsAreTheSameMeter() {
        var meters = new Meters();
        assertSame(meters.counter("a.b", "k", "v"), meters.counter("a.b", "k", "v"));
        meters.counter("a.b", "k", "v").add(2);
        meters.counter("a.b", "k", "w").increment();
        meters.gauge("a.c", () -> 1);
        meters.gauge("a.c", () -> 7);
        meters.histogram("b").record(5);
        assertEquals(
                List.of("a.b{k=v}", "a.b{k=w}", "a.c", "b"),
                meters.readings("").stream()
                        .map(reading -> reading.meter().toString())
                        .toList());
        assertEquals(7, ((Meters.Value) meters.readings("a.c").getFirst()).value());
        assertThrows(IllegalArgumentException.class, () -> meters.counter("Upper"));
        assertThrows(IllegalArgumentException.class, () -> meters.counter("a", "key without value"));
    }

    @Test
    void aGaugeThatThrowsSpoilsNothing() {
        var meters = new Meters();
        meters.gauge("bad", () -> {
            throw new IllegalStateException("its bundle has gone");
        });
        assertEquals(-1, ((Meters.Value) meters.readings("").getFirst()).value());
    }

    @Test
    void percentilesAreRightToSixPercent() {
        var distribution = new Distribution();
        for (long value = 1; value <= 100_000; value++) {
            distribution.record(value);
        }
        var snapshot = distribution.snapshot();
        for (double percent : new double[] {1, 25, 50, 90, 99, 99.9, 100}) {
            double exact = 100_000 * percent / 100;
            double found = snapshot.percentile(percent);
            assertTrue(found >= exact && found <= exact * 1.0626, percent + " %: " + found);
        }
        assertEquals(100_000, snapshot.count());
        assertEquals(100_000, snapshot.max());
        assertEquals(100_000L * 100_001 / 2, snapshot.sum());
    }

    @Test
    void theEdgesHaveBuckets() {
        var distribution = new Distribution();
        distribution.record(-1);
        distribution.record(0);
        distribution.record(Long.MAX_VALUE);
        assertEquals(0, distribution.snapshot().percentile(50));
        assertEquals(Long.MAX_VALUE, distribution.snapshot().percentile(100));
        assertEquals(0, new Distribution().snapshot().percentile(50));
    }

    @Test
    void theConsoleShowsThem() {
        var meters = new Meters();
        meters.counter("x").add(3);
        meters.histogram("y").record(10);
        var command = new MetricsCommand(meters);
        var table = assertInstanceOf(Table.class, command.metrics(new String[0]));
        assertEquals(
                List.of("x", 3L, Table.NONE, Table.NONE, Table.NONE),
                table.rows().getFirst());
        assertEquals(List.of("y", 1L, 10L, 10L, 10L), table.rows().getLast());
        assertInstanceOf(Refusal.class, command.metrics(new String[] {"a", "b"}));
    }
}

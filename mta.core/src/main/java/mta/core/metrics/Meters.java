package mta.core.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import mta.plugins.api.metrics.Metrics;
import org.osgi.service.component.annotations.Component;

/** All meters of the process. Thread-safe; recording takes no lock. */
@Component(service = {Metrics.class, Meters.class})
public final class Meters implements Metrics {

    /** One meter as it stood a moment ago. A counter or gauge has a value, a histogram a distribution. */
    public sealed interface Reading {
        Meter meter();
    }

    public record Value(Meter meter, long value, boolean counter) implements Reading {}

    public record Spread(Meter meter, Distribution.Snapshot distribution) implements Reading {}

    /** @param labels key, value, key, value ... */
    public record Meter(String name, List<String> labels) implements Comparable<Meter> {

        private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.]*");

        private static Meter of(String name, String... labels) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("a meter's name is lower case with dots: " + name);
            }
            if (labels.length % 2 != 0) {
                throw new IllegalArgumentException("labels come in pairs: " + name + " " + List.of(labels));
            }
            return new Meter(name, List.of(labels));
        }

        /** {@code name} or {@code name{key=value,key=value}}. */
        @Override
        public String toString() {
            if (labels.isEmpty()) {
                return name;
            }
            var text = new StringBuilder(name).append('{');
            for (int i = 0; i < labels.size(); i += 2) {
                text.append(i == 0 ? "" : ",").append(labels.get(i)).append('=').append(labels.get(i + 1));
            }
            return text.append('}').toString();
        }

        @Override
        public int compareTo(Meter other) {
            return toString().compareTo(other.toString());
        }
    }

    private static final class Sum implements Counter {
        private final LongAdder sum = new LongAdder();

        @Override
        public void add(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("a counter only goes up: " + amount);
            }
            sum.add(amount);
        }
    }

    private final Map<Meter, Sum> counters = new ConcurrentHashMap<>();
    private final Map<Meter, Distribution> histograms = new ConcurrentHashMap<>();
    private final Map<Meter, LongSupplier> gauges = new ConcurrentHashMap<>();

    @Override
    public Counter counter(String name, String... labels) {
        return counters.computeIfAbsent(Meter.of(name, labels), meter -> new Sum());
    }

    @Override
    public Histogram histogram(String name, String... labels) {
        return histograms.computeIfAbsent(Meter.of(name, labels), meter -> new Distribution());
    }

    @Override
    public void gauge(String name, LongSupplier value, String... labels) {
        gauges.put(Meter.of(name, labels), value);
    }

    /** Every meter whose name begins with the prefix, in order. */
    public List<Reading> readings(String prefix) {
        var readings = new ArrayList<Reading>();
        counters.forEach((meter, sum) -> readings.add(new Value(meter, sum.sum.sum(), true)));
        gauges.forEach((meter, gauge) -> readings.add(new Value(meter, read(gauge), false)));
        histograms.forEach((meter, histogram) -> readings.add(new Spread(meter, histogram.snapshot())));
        readings.removeIf(reading -> !reading.meter().name().startsWith(prefix));
        readings.sort(Comparator.comparing(Reading::meter));
        return List.copyOf(readings);
    }

    /** A gauge belongs to whoever made it, perhaps to a plugin that has gone: it may fail, the list may not. */
    private static long read(LongSupplier gauge) {
        try {
            return gauge.getAsLong();
        } catch (RuntimeException | LinkageError e) {
            return -1;
        }
    }
}

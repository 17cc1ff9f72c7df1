package mta.plugins.api.metrics;

import java.util.function.LongSupplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes meters, an OSGi service. Ask once and keep the meter: names are lower case with dots, labels come in pairs of
 * key and value with few values each. The same name and labels give the same meter. Thread-safe.
 */
@ProviderType
public interface Metrics {

    Counter counter(String name, String... labels);

    Histogram histogram(String name, String... labels);

    /** A value that is read when somebody looks; a second one of the same name and labels replaces the first. */
    void gauge(String name, LongSupplier value, String... labels);

    /** Only goes up. */
    @ProviderType
    interface Counter {
        void add(long amount);

        default void increment() {
            add(1);
        }
    }

    /** A distribution of durations in nanoseconds or of sizes in bytes; the name says which. */
    @ProviderType
    interface Histogram {
        void record(long value);
    }
}

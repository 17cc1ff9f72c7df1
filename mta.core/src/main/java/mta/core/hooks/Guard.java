package mta.core.hooks;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** What a binding remembers from one plan to the next: its breaker, its places, its counts. Thread-safe. */
final class Guard {

    private static final long TRACE_NANOS = 10_000_000_000L;

    private final Binding binding;
    private final Breaker breaker;
    private final Semaphore places;
    private final Map<String, Tally> tallies = new ConcurrentSkipListMap<>();
    private final AtomicLong lastTrace = new AtomicLong(System.nanoTime() - TRACE_NANOS);

    Guard(Binding binding) {
        this.binding = binding;
        this.breaker = new Breaker(binding.breakerFailures(), binding.breakerWindow(), binding.breakerOpen());
        this.places = binding.maxConcurrent() == 0 ? null : new Semaphore(binding.maxConcurrent());
    }

    /** Whether this guard still fits the binding; otherwise a new one takes its place. */
    boolean fits(Binding other) {
        return binding.plugin().equals(other.plugin())
                && binding.breakerFailures() == other.breakerFailures()
                && binding.breakerWindow().equals(other.breakerWindow())
                && binding.breakerOpen().equals(other.breakerOpen())
                && binding.maxConcurrent() == other.maxConcurrent();
    }

    Breaker breaker() {
        return breaker;
    }

    Tally tally(String stage) {
        return tallies.computeIfAbsent(stage, _ -> new Tally());
    }

    /** Stage to counts. */
    Map<String, Tally> tallies() {
        return tallies;
    }

    /** Whether a failure is worth a stack trace in the process's log now: one in ten seconds; records have them all. */
    boolean isWorthATrace(long now) {
        long last = lastTrace.get();
        return now - last > TRACE_NANOS && lastTrace.compareAndSet(last, now);
    }

    boolean takePlace() {
        return places == null || places.tryAcquire();
    }

    void freePlace() {
        if (places != null) {
            places.release();
        }
    }
}

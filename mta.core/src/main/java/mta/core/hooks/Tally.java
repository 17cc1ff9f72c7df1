package mta.core.hooks;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one binding at one stage. Thread-safe. */
final class Tally {

    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Spread nanos = new Spread();

    void succeeded(long took) {
        calls.increment();
        nanos.add(took);
    }

    void failed(long took) {
        calls.increment();
        failures.increment();
        nanos.add(took);
    }

    long calls() {
        return calls.sum();
    }

    long failures() {
        return failures.sum();
    }

    Spread nanos() {
        return nanos;
    }
}

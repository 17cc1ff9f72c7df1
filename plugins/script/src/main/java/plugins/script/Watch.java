package plugins.script;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops calls of scripts that nobody else limits: transports, formats, loading. One platform thread, so that scripts that
 * keep every carrier busy cannot stop it; one tick for all costs less than a timer for each.
 */
final class Watch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final long TICK_NANOS = 10_000_000;

    private final List<Pool> pools = new CopyOnWriteArrayList<>();

    /** Those that are in no pool: loading ones, and those that an object of a script has. Guarded by itself. */
    private final Set<Slot> others = Collections.newSetFromMap(new WeakHashMap<>());

    private final Thread thread;
    private volatile boolean stopped;

    Watch() {
        thread = Thread.ofPlatform().daemon().name("mta-script-watch").start(this::run);
    }

    void add(Pool pool) {
        pools.add(pool);
    }

    void remove(Pool pool) {
        pools.remove(pool);
    }

    void add(Slot slot) {
        synchronized (others) {
            others.add(slot);
        }
    }

    private void run() {
        while (!stopped) {
            LockSupport.parkNanos(TICK_NANOS);
            try {
                look(System.nanoTime());
            } catch (RuntimeException e) {
                log.error("the watchdog of scripts goes on after", e);
            }
        }
    }

    private void look(long now) {
        for (Pool pool : pools) {
            for (Slot slot : pool.slots()) {
                slot.look(now);
            }
        }
        List<Slot> rest;
        synchronized (others) {
            rest = List.copyOf(others);
        }
        rest.forEach(slot -> slot.look(now));
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}

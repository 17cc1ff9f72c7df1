package mta.core.hooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the services of one plugin at one hook point sit: none, one, or two while one version replaces another. A call
 * that finds nobody waits here for a successor. Thread-safe.
 */
final class Seat<T> {

    private final ReentrantLock changing = new ReentrantLock();
    private final Condition changed = changing.newCondition();
    private volatile List<Registration<T>> here = List.of();

    void add(Registration<T> registration) {
        change(() -> {
            var list = new ArrayList<>(here);
            list.add(registration);
            list.sort(Registration.BEST_FIRST);
            here = List.copyOf(list);
        });
    }

    void remove(Registration<T> registration) {
        change(() -> here = here.stream().filter(other -> other != registration).toList());
    }

    private void change(Runnable change) {
        changing.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            changing.unlock();
        }
    }

    List<Registration<T>> all() {
        return here;
    }

    /** The best one, or null. */
    Registration<T> current() {
        var list = here;
        return list.isEmpty() ? null : list.getFirst();
    }

    /** Waits for somebody to come. @return null if nobody did, or the thread was interrupted */
    Registration<T> await(Duration limit) {
        changing.lock();
        try {
            long left = limit.toNanos();
            while (here.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return current();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            changing.unlock();
        }
    }

    /** For tests of waiting. */
    boolean hasWaiters() {
        changing.lock();
        try {
            return changing.hasWaiters(changed);
        } finally {
            changing.unlock();
        }
    }

    static Duration seconds(long seconds) {
        return Duration.ofNanos(TimeUnit.SECONDS.toNanos(seconds));
    }
}

package mta.queue.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that waits for others (plugins, DNS, the disk) on at most so many virtual threads, which are there only while
 * there is work. Gathers it until {@link #open}. Thread-safe.
 */
final class Chores {

    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private final String name;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();
    private final Deque<Runnable> first = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private int threads;
    private int laterThreads;
    private boolean open;
    private boolean closed;

    Chores(String name, int most) {
        this.name = name;
        this.most = most;
    }

    void add(Runnable work) {
        add(work, false);
    }

    /** Work that is known to be slow: it gets at most half of the threads. */
    void addSlow(Runnable work) {
        add(work, true);
    }

    private void add(Runnable work, boolean slow) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            (slow ? later : first).add(work);
            if (open && threads < most && (!slow || laterThreads < most / 2)) {
                thread();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins. */
    void open() {
        lock.lock();
        try {
            open = true;
            while (!closed && threads < Math.min(most, first.size() + later.size())) {
                thread();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void thread() {
        threads++;
        Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        boolean slow = false;
        while (true) {
            Runnable work;
            lock.lock();
            try {
                laterThreads -= slow ? 1 : 0;
                work = closed ? null : first.poll();
                slow = work == null && !closed && laterThreads < Math.max(1, most / 2) && !later.isEmpty();
                if (slow) {
                    work = later.poll();
                    laterThreads++;
                }
                if (work == null) {
                    threads--;
                    quiet.signalAll();
                    return;
                }
            } finally {
                lock.unlock();
            }
            try {
                work.run();
            } catch (Throwable e) { // an Error that got away would take the thread and its place with it
                LOG.error("{}", name, e);
            }
        }
    }

    boolean isBusy() {
        lock.lock();
        try {
            return threads > 0;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return first.size() + later.size();
        } finally {
            lock.unlock();
        }
    }

    /** Starts nothing more and waits for what runs; false if it did not end in time. */
    boolean close(long nanos) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            first.clear();
            later.clear();
            long left = nanos;
            while (threads > 0) {
                if (left <= 0) {
                    return false;
                }
                left = quiet.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}

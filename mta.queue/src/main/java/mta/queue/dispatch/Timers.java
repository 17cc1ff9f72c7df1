package mta.queue.dispatch;

import java.util.PriorityQueue;

/**
 * What is to be done later for queues and paths: at most one timer for each. Messages wait in the wheel instead. Guarded by the lock of the ledger.
 */
final class Timers {

    private record Timer(long when, long number, Runnable work) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(when, other.when);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long count;

    /** True if it is now the first of all. */
    boolean add(long when, Runnable work) {
        timers.add(new Timer(when, count++, work));
        return timers.peek().when() == when;
    }

    /** The work that is due, or null. */
    Runnable due(long now) {
        Timer first = timers.peek();
        return first == null || first.when() > now ? null : timers.poll().work();
    }

    /** When the first is due. */
    long next() {
        Timer first = timers.peek();
        return first == null ? Long.MAX_VALUE : first.when();
    }
}

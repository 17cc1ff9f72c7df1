package mta.queue.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers, counters and dimensions of the queues in use. Guarded by the index. */
final class Queues {

    private final Map<QueueKey, Integer> numbers = new HashMap<>();
    private final List<QueueKey> keys = new ArrayList<>();
    private final List<Object> attachments = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();
    private final Columns.Ints serials = new Columns.Ints(10, 0);
    private final Columns.Ints rows = new Columns.Ints(10, 0);
    private final Names[] names = new Names[Dimension.ALL.length];
    private final Counts[] counts = new Counts[Dimension.ALL.length];
    private final Counts own = new Counts();
    private final Counts total = new Counts();
    private int serial;

    Queues() {
        for (int d = 0; d < names.length; d++) {
            names[d] = new Names();
            counts[d] = new Counts();
        }
        total.reach(0);
    }

    /** The number of a queue, which gets one if it has none. */
    int take(QueueKey key) {
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int queue = free.isEmpty() ? keys.size() : free.removeLast();
        if (queue == keys.size()) {
            keys.add(key);
            attachments.add(null);
            serials.reach(queue);
            rows.reach(queue * 8 + 7);
        } else {
            keys.set(queue, key);
        }
        numbers.put(key, queue);
        serials.set(queue, ++serial);
        own.clear(queue);
        for (Dimension dimension : Dimension.ALL) {
            int d = dimension.ordinal();
            rows.set(queue * 8 + d, row(d, dimension.of(key)));
        }
        return queue;
    }

    private int row(int d, String name) {
        boolean fresh = names[d].find(name) < 0;
        int row = names[d].take(name);
        if (fresh) {
            counts[d].clear(row);
        }
        return row;
    }

    void add(int queue, int state, long bytes, int arrival) {
        own.add(queue, state, bytes, arrival);
        for (int d = 0; d < counts.length; d++) {
            counts[d].add(rows.at(queue * 8 + d), state, bytes, arrival);
        }
        total.add(0, state, bytes, arrival);
    }

    /** Counts an entry off; a queue without entries gives its number back. */
    void remove(int queue, int state, long bytes) {
        own.remove(queue, state, bytes);
        for (int d = 0; d < counts.length; d++) {
            counts[d].remove(rows.at(queue * 8 + d), state, bytes);
        }
        total.remove(0, state, bytes);
        if (own.entries(queue) == 0) {
            release(queue);
        }
    }

    private void release(int queue) {
        for (int d = 0; d < names.length; d++) {
            names[d].give(rows.at(queue * 8 + d));
        }
        numbers.remove(keys.get(queue));
        keys.set(queue, null);
        attachments.set(queue, null);
        free.add(queue);
    }

    void move(int queue, int from, int to) {
        own.move(queue, from, to);
        for (int d = 0; d < counts.length; d++) {
            counts[d].move(rows.at(queue * 8 + d), from, to);
        }
        total.move(0, from, to);
    }

    void site(int queue, String site) {
        int d = Dimension.SITE.ordinal();
        int old = rows.at(queue * 8 + d);
        if (names[d].name(old).equals(site)) {
            return;
        }
        int row = row(d, site);
        counts[d].join(row, own, queue, 1);
        counts[d].join(old, own, queue, -1);
        names[d].give(old);
        rows.set(queue * 8 + d, row);
        serials.set(queue, ++serial);
    }

    String name(int queue, Dimension dimension) {
        return names[dimension.ordinal()].name(rows.at(queue * 8 + dimension.ordinal()));
    }

    void sweep(int queue, int arrival) {
        own.sweep(queue, arrival);
        for (int d = 0; d < counts.length; d++) {
            counts[d].sweep(rows.at(queue * 8 + d), arrival);
        }
        total.sweep(0, arrival);
    }

    void swept() {
        own.swept(keys.size());
        for (int d = 0; d < counts.length; d++) {
            counts[d].swept(names[d].limit());
        }
        total.swept(1);
    }

    Tally total() {
        return total.tally(0, "");
    }

    int find(QueueKey key) {
        return numbers.getOrDefault(key, -1);
    }

    /** The key, or null if the number is free. */
    QueueKey key(int queue) {
        return keys.get(queue);
    }

    Object attachment(int queue) {
        return attachments.get(queue);
    }

    void attach(int queue, Object attachment) {
        attachments.set(queue, attachment);
    }

    /** Changes whenever the number gets another key or the queue another site. */
    int serial(int queue) {
        return serials.at(queue);
    }

    int limit() {
        return keys.size();
    }

    int size() {
        return numbers.size();
    }

    Tally tally(int queue) {
        return own.tally(queue, "");
    }

    Names names(Dimension dimension) {
        return names[dimension.ordinal()];
    }

    Counts counts(Dimension dimension) {
        return counts[dimension.ordinal()];
    }
}

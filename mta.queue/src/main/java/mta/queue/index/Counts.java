package mta.queue.index;

import java.time.Instant;
import java.util.Optional;

/** Rows of counters: entries per state, bytes, oldest arrival. Guarded by the index. */
final class Counts {

    private static final int WIDTH = 8;
    private static final int BYTES = 5;
    private final Columns.Longs cells = new Columns.Longs(10, 0);
    private final Columns.Ints oldest = new Columns.Ints(10, -1);
    private final Columns.Ints swept = new Columns.Ints(10, -1);

    void reach(int row) {
        cells.reach(row * WIDTH + WIDTH - 1);
        oldest.reach(row);
        swept.reach(row);
    }

    /** A row that starts again. */
    void clear(int row) {
        reach(row);
        for (int cell = 0; cell < WIDTH; cell++) {
            cells.set(row * WIDTH + cell, 0);
        }
        oldest.set(row, -1);
        swept.set(row, -1);
    }

    void add(int row, int state, long bytes, int arrival) {
        cells.add(row * WIDTH + state, 1);
        cells.add(row * WIDTH + BYTES, bytes);
        see(oldest, row, arrival);
        see(swept, row, arrival);
    }

    void remove(int row, int state, long bytes) {
        cells.add(row * WIDTH + state, -1);
        cells.add(row * WIDTH + BYTES, -bytes);
        if (entries(row) == 0) {
            oldest.set(row, -1);
        }
    }

    void move(int row, int from, int to) {
        cells.add(row * WIDTH + from, -1);
        cells.add(row * WIDTH + to, 1);
    }

    /** Adds another row's numbers, with sign. */
    void join(int row, Counts other, int from, int sign) {
        for (int cell = 0; cell <= BYTES; cell++) {
            cells.add(row * WIDTH + cell, sign * other.cells.at(from * WIDTH + cell));
        }
        if (sign > 0) {
            see(oldest, row, other.oldest.at(from));
            see(swept, row, other.oldest.at(from));
        }
    }

    long entries(int row) {
        long sum = 0;
        for (int cell = 0; cell < BYTES; cell++) {
            sum += cells.at(row * WIDTH + cell);
        }
        return sum;
    }

    /** Seconds are unsigned; -1, the largest, is none. */
    private static void see(Columns.Ints column, int row, int arrival) {
        if (Integer.compareUnsigned(arrival, column.at(row)) < 0) {
            column.set(row, arrival);
        }
    }

    void sweep(int row, int arrival) {
        see(swept, row, arrival);
    }

    /** A sweep over all entries ended: what it saw is the truth. */
    void swept(int rows) {
        for (int row = 0; row < rows; row++) {
            oldest.set(row, swept.at(row));
            swept.set(row, -1);
        }
    }

    Tally tally(int row, String name) {
        int cell = row * WIDTH;
        int first = oldest.at(row);
        return new Tally(
                name,
                cells.at(cell),
                cells.at(cell + 1),
                cells.at(cell + 2),
                cells.at(cell + 3),
                cells.at(cell + 4),
                cells.at(cell + BYTES),
                first == -1 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(Integer.toUnsignedLong(first))));
    }
}

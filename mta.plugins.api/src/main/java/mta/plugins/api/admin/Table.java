package mta.plugins.api.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer of a command as rows and columns: drawn to fit a terminal, or written as a JSON array of objects.
 * A cell is a String, Number, Boolean, Instant or Duration, or {@link #NONE} where there is no value.
 *
 * @param rows each as long as {@code columns}
 * @param note a line below the table ("20 of 1,204 shown"), empty if there is nothing to add; not part of the JSON
 */
public record Table(List<Column> columns, List<List<Object>> rows, String note) {

    /** The cell of a row that has no value in this column: blank on a terminal, null in JSON. */
    public static final Object NONE = Optional.empty();

    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("a table needs a column");
        }
        for (List<Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of " + row.size() + " cells under " + columns.size() + " columns: " + row);
            }
        }
    }

    public static Builder of(Column... columns) {
        return new Builder(List.of(columns));
    }

    /** Collects rows; for one thread. */
    public static final class Builder {
        private final List<Column> columns;
        private final List<List<Object>> rows = new ArrayList<>();
        private String note = "";

        private Builder(List<Column> columns) {
            this.columns = columns;
        }

        /** Adds a row, its cells in the order of the columns. */
        public Builder row(Object... cells) {
            for (Object cell : cells) {
                requireCell(cell);
            }
            rows.add(List.of(cells));
            return this;
        }

        public Builder note(String note) {
            this.note = note;
            return this;
        }

        public Table build() {
            return new Table(columns, rows, note);
        }

        private static void requireCell(Object cell) {
            boolean fits = cell instanceof String
                    || cell instanceof Number
                    || cell instanceof Boolean
                    || cell instanceof Instant
                    || cell instanceof Duration
                    || NONE.equals(cell);
            if (!fits) {
                String type = cell == null ? "null" : cell.getClass().getName();
                throw new IllegalArgumentException("a cell of type " + type + "; give text, a number or a time");
            }
        }
    }
}

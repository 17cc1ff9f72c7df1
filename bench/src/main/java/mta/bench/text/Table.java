package mta.bench.text;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first column to the left, the others to the right. Not thread-safe. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The rows, each ended by a line feed; the first row is the head and is underlined. */
    public String text() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            line(text, rows.get(r), widths);
            if (r == 0) {
                int width = 2 * (columns - 1);
                for (int w : widths) {
                    width += w;
                }
                text.append("-".repeat(width)).append('\n');
            }
        }
        return text.toString();
    }

    /** The same rows as a Markdown table. */
    public String markdown() {
        var text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append("| ").append(String.join(" | ", rows.get(r))).append(" |\n");
            if (r == 0) {
                text.append("|").append("---|".repeat(rows.get(r).size())).append('\n');
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < row.size(); i++) {
            String gap = " ".repeat(widths[i] - row.get(i).length());
            text.append(i == 0 ? row.get(i) + gap : "  " + gap + row.get(i));
        }
        text.append('\n');
    }
}

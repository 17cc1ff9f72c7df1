package plugins.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Table;
import org.jline.utils.WCWidth;

/**
 * Draws a table for people: columns two spaces apart. Where the terminal is too narrow, prose is wrapped and other text is
 * cut.
 */
final class TableText {

    static final String BOLD = "\033[1m";
    static final String PLAIN = "\033[0m";
    private static final int NARROWEST = 8;
    private static final int READABLE = 16;
    private static final String GAP = "  ";

    private TableText() {}

    static String draw(Table table, View view) {
        List<Column> columns = table.columns();
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::name).toList());
        for (List<Object> row : table.rows()) {
            List<String> line = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                line.add(Cells.text(row.get(i), columns.get(i).kind(), view));
            }
            lines.add(line);
        }
        int[] widths = widths(columns, lines, view.width());
        StringBuilder out = new StringBuilder();
        for (int n = 0; n < lines.size(); n++) {
            boolean heading = n == 0 && view.terminal();
            for (List<String> cells : wrapped(columns, lines.get(n), widths)) {
                out.append(heading ? BOLD : "")
                        .append(line(columns, cells, widths))
                        .append(heading ? PLAIN : "")
                        .append('\n');
            }
        }
        if (!table.note().isEmpty()) {
            out.append(wrapLines(Cells.harmless(table.note(), true), view.width()))
                    .append('\n');
        }
        return out.toString();
    }

    /** The lines that a row takes: one, unless it has prose that needs more. */
    private static List<List<String>> wrapped(List<Column> columns, List<String> cells, int[] widths) {
        List<List<String>> parts = new ArrayList<>();
        int most = 1;
        for (int i = 0; i < cells.size(); i++) {
            boolean prose = columns.get(i).kind() == Column.Kind.PROSE;
            parts.add(prose ? wrap(cells.get(i), widths[i]) : List.of(cells.get(i)));
            most = Math.max(most, parts.getLast().size());
        }
        List<List<String>> lines = new ArrayList<>();
        for (int n = 0; n < most; n++) {
            List<String> line = new ArrayList<>();
            for (List<String> part : parts) {
                line.add(n < part.size() ? part.get(n) : "");
            }
            lines.add(line);
        }
        return lines;
    }

    /** Text of several lines, each of them wrapped where it is wider; a width of 0 is none. */
    static String wrapLines(String text, int width) {
        return width == 0
                ? text
                : text.lines()
                        .flatMap(line -> width(line) > width ? wrap(line, width).stream() : Stream.of(line))
                        .collect(Collectors.joining("\n"));
    }

    /** Breaks at blanks, and within a word only if it is wider than the column. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            String rest = word;
            if (!line.isEmpty() && width(line.toString()) + 1 + width(rest) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (width(rest) > width) {
                String head = head(rest, width);
                lines.add(head);
                rest = rest.substring(head.length());
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String line(List<Column> columns, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cut(cells.get(i), widths[i]);
            String blanks = " ".repeat(widths[i] - width(cell));
            boolean right = columns.get(i).kind().rightAligned();
            line.append(i > 0 ? GAP : "").append(right ? blanks + cell : cell + blanks);
        }
        return line.toString().stripTrailing();
    }

    private static int[] widths(List<Column> columns, List<List<String>> lines, int terminalWidth) {
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        }
        if (terminalWidth > 0) {
            int excess = -terminalWidth + GAP.length() * (widths.length - 1);
            for (int width : widths) {
                excess += width;
            }
            shrink(columns, widths, excess);
        }
        return widths;
    }

    /** Takes from the widest column, prose first, again and again, until the line fits or no column can give more. */
    private static void shrink(List<Column> columns, int[] widths, int excess) {
        for (int left = excess; left > 0; left--) {
            int widest = widest(columns, widths, Column.Kind.PROSE, READABLE);
            widest = widest >= 0 ? widest : widest(columns, widths, Column.Kind.TEXT, NARROWEST);
            widest = widest >= 0 ? widest : widest(columns, widths, Column.Kind.PROSE, NARROWEST);
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    private static int widest(List<Column> columns, int[] widths, Column.Kind kind, int narrowest) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            boolean fits = columns.get(i).kind() == kind && widths[i] > narrowest;
            if (fits && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private static String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        return head(text, width - 1) + '…';
    }

    /** As much of the beginning as fits. */
    private static String head(String text, int width) {
        StringBuilder kept = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int more = Math.max(0, WCWidth.wcwidth(character));
            if (used + more > width) {
                break;
            }
            kept.appendCodePoint(character);
            used += more;
            i += Character.charCount(character);
        }
        return kept.toString();
    }

    private static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}

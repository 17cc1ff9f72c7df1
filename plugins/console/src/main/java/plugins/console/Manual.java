package plugins.console;

import java.util.List;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Table;

/**
 * Help: how verbs are written, what they do, an example. A table of all of them where there is room for one, otherwise, and
 * for a single verb, one after the other.
 */
record Manual(List<Help.Line> lines, boolean all) {

    private static final int ROOM = 72;
    private static final String INDENT = "    ";
    private static final String EVERY = "Every verb takes --json and --help.";

    /** Also what JSON is made from. */
    Table table() {
        Table.Builder table =
                Table.of(Column.text("verb"), Column.prose("arguments"), Column.prose("does"), Column.prose("example"));
        lines.forEach(line -> table.row(line.verb(), line.arguments(), line.does(), line.example()));
        return table.note(EVERY).build();
    }

    String draw(View view) {
        if (all && (view.width() == 0 || view.width() >= ROOM)) {
            return TableText.draw(table(), view);
        }
        StringBuilder out = new StringBuilder();
        for (Help.Line line : lines) {
            String heading = (line.verb() + " " + line.arguments()).strip();
            append(out, heading, "", view);
            append(out, line.does(), INDENT, view);
            append(out, "example: " + line.example(), INDENT, view);
        }
        return out.append(TableText.wrapLines(EVERY, view.width())).append('\n').toString();
    }

    private static void append(StringBuilder out, String text, String indent, View view) {
        int width = view.width() > 20 ? view.width() - indent.length() : Integer.MAX_VALUE;
        boolean heading = indent.isEmpty() && view.terminal();
        for (String line : TableText.wrap(Cells.harmless(text, false), width)) {
            out.append(indent)
                    .append(heading ? TableText.BOLD : "")
                    .append(line)
                    .append(heading ? TableText.PLAIN : "")
                    .append('\n');
        }
    }
}

package mta.bench.args;

import java.util.List;

/** Prints what a command can do. */
public final class Help {
    private static final int COLUMN = 32;
    private static final int WIDTH = 80;

    private Help() {}

    /** The help text of one command, at most 80 columns wide. */
    public static String of(String command, String purpose, List<Option> options, List<String> examples) {
        var text = new StringBuilder("./mta bench ").append(command).append(" [options]\n");
        wrap(text, purpose, 2);
        text.append("\noptions:\n");
        for (Option option : options) {
            String left = "  --" + option.name() + (option.kind().placeholder.isEmpty() ? "" : " ")
                    + option.kind().placeholder;
            text.append(left).append(" ".repeat(Math.max(1, COLUMN - left.length())));
            String meaning =
                    option.initial().isEmpty() ? option.meaning() : option.meaning() + " [" + option.initial() + "]";
            int start = text.length();
            wrap(text, meaning, COLUMN);
            text.delete(start, start + COLUMN);
        }
        text.append("\nexample").append(examples.size() == 1 ? ":\n" : "s:\n");
        examples.forEach(
                example -> text.append("  ./mta bench ").append(example).append('\n'));
        return text.toString();
    }

    private static void wrap(StringBuilder text, String words, int indent) {
        int column = 0;
        for (String word : words.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? " ".repeat(indent) : " ").append(word);
            column += (column == 0 ? indent : 1) + word.length();
        }
        text.append('\n');
    }
}

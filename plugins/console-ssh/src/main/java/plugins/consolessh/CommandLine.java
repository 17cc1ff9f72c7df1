package plugins.consolessh;

import java.util.ArrayList;
import java.util.List;

/** The words of a command as SSH carries it: one string, quoted as for a shell. Nothing in it is expanded. */
final class CommandLine {

    private CommandLine() {}

    /** Words are separated by blanks; quotes of either kind and a backslash keep what they hold together. */
    static List<String> words(String command) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
                word.append(command.charAt(++i));
                open = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                open = true; // '' is a word, too
            } else if (c == ' ' || c == '\t' || c == '\n') {
                if (open) {
                    words.add(word.toString());
                }
                word.setLength(0);
                open = false;
            } else {
                word.append(c);
                open = true;
            }
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }
}

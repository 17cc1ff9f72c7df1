package mta.lookup;

import java.util.ArrayList;
import java.util.List;

/** Splits text into words. Double quotes keep separators within a word; they stay where an address needs them. */
final class Words {

    private Words() {}

    /** Separated by white space, and by commas if {@code commas}. */
    static List<String> split(String text, boolean commas) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted && i + 1 < text.length()) {
                word.append(c).append(text.charAt(++i));
                continue;
            }
            quoted ^= c == '"';
            if (!quoted && (Character.isWhitespace(c) || commas && c == ',')) {
                end(words, word);
            } else {
                word.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quotation mark has no partner: " + text);
        }
        end(words, word);
        return words;
    }

    private static void end(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** Without quotes around it. */
    static String unquoted(String word) {
        boolean quoted = word.length() > 1 && word.startsWith("\"") && word.endsWith("\"");
        return quoted ? word.substring(1, word.length() - 1) : word;
    }
}

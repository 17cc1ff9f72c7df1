package plugins.lookupsql;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement with names in it ({@code :address}) as JDBC wants it: question marks, and the names in their order. What a
 * client says is always a value of the statement, never a part of its text.
 */
record NamedSql(String sql, List<String> names) {

    NamedSql {
        names = List.copyOf(names);
    }

    /** @throws IllegalArgumentException if a quotation or a comment has no end */
    static NamedSql parse(String text) {
        var sql = new StringBuilder();
        var names = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            int end = pastOpaque(text, at);
            if (end > at) {
                sql.append(text, at, end);
                at = end;
            } else if (text.startsWith("::", at)) { // PostgreSQL's cast
                sql.append("::");
                at += 2;
            } else if (text.charAt(at) == ':' && at + 1 < text.length() && isNameStart(text.charAt(at + 1))) {
                int last = at + 1;
                while (last < text.length() && Character.isLetterOrDigit(text.charAt(last))) {
                    last++;
                }
                names.add(text.substring(at + 1, last));
                sql.append('?');
                at = last;
            } else if (text.charAt(at) == '?') {
                throw new IllegalArgumentException("values have names, such as :address, not question marks");
            } else {
                sql.append(text.charAt(at++));
            }
        }
        return new NamedSql(sql.toString(), names);
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c);
    }

    /** Where a quotation or comment that begins here ends; here if none does. */
    private static int pastOpaque(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            return past(text, at + 1, String.valueOf(c));
        }
        if (text.startsWith("--", at)) {
            int line = text.indexOf('\n', at);
            return line < 0 ? text.length() : line + 1;
        }
        if (text.startsWith("/*", at)) {
            return past(text, at + 2, "*/");
        }
        return at;
    }

    private static int past(String text, int from, String end) {
        int at = text.indexOf(end, from);
        if (at < 0) {
            throw new IllegalArgumentException("has no closing " + end);
        }
        return at + end.length();
    }
}

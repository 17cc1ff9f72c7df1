package plugins.lookupfile;

import mta.lookup.Found;

/**
 * Lines of a key, white space and a value, as Postfix's {@code postmap} reads them: a line that begins with {@code #} is
 * skipped, one that begins with white space goes on with the line before. A key with spaces stands in double quotes.
 */
final class TextMap {

    private TextMap() {}

    static void read(String file, String text, Entries entries) throws MapRefused {
        var entry = new StringBuilder();
        long first = 0;
        long line = 0;
        for (String raw : (Iterable<String>) text.lines()::iterator) {
            line++;
            if (raw.isBlank() || raw.stripLeading().startsWith("#")) {
                continue;
            }
            if (Character.isWhitespace(raw.charAt(0))) {
                if (entry.isEmpty()) {
                    throw new MapRefused(file, line, "begins with white space, and there is no line before it");
                }
                entry.append(' ').append(raw.strip());
                continue;
            }
            put(file, entry.toString(), first, entries);
            entry.setLength(0);
            entry.append(raw.strip());
            first = line;
        }
        put(file, entry.toString(), first, entries);
    }

    private static void put(String file, String entry, long line, Entries entries) throws MapRefused {
        if (entry.isEmpty()) {
            return;
        }
        int end = 0;
        boolean quoted = false;
        while (end < entry.length() && (quoted || !Character.isWhitespace(entry.charAt(end)))) {
            quoted ^= entry.charAt(end) == '"';
            end++;
        }
        if (quoted) {
            throw new MapRefused(file, line, "a quotation mark has no partner");
        }
        String key = entry.substring(0, end);
        boolean all = key.length() > 1 && key.indexOf('"', 1) == key.length() - 1 && key.startsWith("\"");
        entries.put(
                all ? key.substring(1, key.length() - 1) : key,
                Found.text(entry.substring(end).strip()),
                line);
    }
}

package plugins.lookupfile;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mta.lookup.Domain;
import mta.lookup.Found;
import mta.lookup.Question;
import mta.lookup.Reading;

/** The entries of a file while it is read; each is tried, so that a wrong one is refused with its line. For one thread. */
final class Entries {

    private final String file;
    private final boolean fold;
    private final Optional<Question> blank;
    private final Map<String, Found> entries = new HashMap<>();
    private final Map<String, Long> lines = new HashMap<>();

    /** @param blank what the entries answer; empty: not known, so anything will do */
    Entries(String file, boolean fold, Optional<Question> blank) {
        this.file = file;
        this.fold = fold;
        this.blank = blank;
    }

    void put(String key, Found found, long line) throws MapRefused {
        String plain = plain(key, fold);
        if (plain.isEmpty()) {
            throw new MapRefused(file, line, "the key is empty");
        }
        Long before = lines.putIfAbsent(plain, line);
        if (before != null) {
            throw new MapRefused(file, line, key + " stands already in line " + before);
        }
        try {
            if (blank.isPresent()) {
                Reading.answer(blank.get(), found);
            }
        } catch (IllegalArgumentException | ArithmeticException e) { // the latter: a duration without end
            throw new MapRefused(file, line, key + ": " + e.getMessage());
        }
        entries.put(plain, found);
    }

    /** As keys are compared: in lower case if {@code fold}, domains as A-labels. */
    static String plain(String key, boolean fold) {
        int at = key.lastIndexOf('@');
        boolean isText = at < 0 && key.indexOf(' ') >= 0;
        String ascii = isText ? key : key.substring(0, at + 1) + Domain.ascii(key.substring(at + 1));
        return fold ? ascii.toLowerCase(Locale.ROOT) : ascii;
    }

    Map<String, Found> done() {
        return Map.copyOf(entries);
    }
}

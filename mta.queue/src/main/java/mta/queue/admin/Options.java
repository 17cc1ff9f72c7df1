package mta.queue.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words of a command line, with the options taken out. */
record Options(List<String> words, Map<String, String> options) {

    private static final Set<String> WITHOUT_VALUE = Set.of("--dry-run", "--all", "--off");

    /** @throws BadWords for an option that is not among those known, or without its value */
    static Options of(List<String> arguments, String... known) throws BadWords {
        List<String> words = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (!word.startsWith("--")) {
                words.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!Set.of(known).contains(name)) {
                throw new BadWords("no option " + name + " here; there is " + String.join(" ", known));
            }
            if (WITHOUT_VALUE.contains(name)) {
                options.put(name, "");
            } else if (equals >= 0) {
                options.put(name, word.substring(equals + 1));
            } else if (i + 1 < arguments.size()) {
                options.put(name, arguments.get(++i));
            } else {
                throw new BadWords(name + " needs a value");
            }
        }
        return new Options(words, options);
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    String text(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise, int least, int most) throws BadWords {
        String text = options.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Math.clamp(Long.parseLong(text), least, most);
        } catch (NumberFormatException e) {
            throw new BadWords(name + " needs a number, not: " + text);
        }
    }
}

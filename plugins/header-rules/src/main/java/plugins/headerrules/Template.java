package plugins.headerrules;

import com.google.re2j.Matcher;
import java.util.Optional;
import java.util.regex.Pattern;

/** A rule's text, in which {@code $1} is what the first group of its pattern has found and {@code $$} a dollar sign. */
record Template(String text) {

    private static final Pattern PLACE = Pattern.compile("\\$([0-9$])");

    /** So much of a field gets into a text: a stranger wrote it. */
    private static final int LONGEST = 200;

    /** The highest group that is asked for; -1: none. */
    int groups() {
        return PLACE.matcher(text)
                .results()
                .map(place -> place.group(1))
                .filter(group -> !group.equals("$"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(-1);
    }

    boolean isFixed() {
        return groups() < 0;
    }

    /** Control characters become spaces, so that nothing breaks out of a line or a field. */
    String fill(Optional<Matcher> match) {
        return PLACE.matcher(text).replaceAll(place -> {
            String group = place.group(1);
            String found = group.equals("$")
                    ? "$"
                    : match.map(it -> it.group(Integer.parseInt(group))).orElse("");
            return java.util.regex.Matcher.quoteReplacement(clean(found));
        });
    }

    private static String clean(String found) {
        String cut = found.length() > LONGEST ? found.substring(0, LONGEST) : found;
        return cut.replaceAll("\\p{Cntrl}", " ");
    }
}

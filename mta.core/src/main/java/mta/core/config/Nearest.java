package mta.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Guesses what somebody meant to write. */
final class Nearest {

    private Nearest() {}

    /** {@code ; did you mean 'endpoint'?}, or nothing if no word is near. */
    static String hint(String written, Collection<String> known) {
        return find(written, known)
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("");
    }

    private static Optional<String> find(String written, Collection<String> known) {
        String lower = written.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, written.length() / 3);
        return known.stream()
                .filter(word -> distance(lower, word) <= limit)
                .min(Comparator.comparingInt(word -> distance(lower, word)));
    }

    private static int distance(String lower, String word) {
        return LevenshteinDistance.getDefaultInstance().apply(lower, word.toLowerCase(Locale.ROOT));
    }
}

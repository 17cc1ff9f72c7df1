package mta.smtp.client;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.plugins.api.Reply;

/**
 * What a server offers: the lines of its answer to EHLO without the first.
 *
 * @param lines as they came
 * @param keywords in upper case, with the parameters that follow
 */
record Offer(List<String> lines, Map<String, String> keywords) {

    /** After HELO. */
    static final Offer NONE = new Offer(List.of(), Map.of());

    /** @param ignored keywords that are not to be believed, in upper case */
    static Offer of(Reply ehlo, Set<String> ignored) {
        List<String> lines = ehlo.lines().subList(1, ehlo.lines().size());
        var keywords = new HashMap<String, String>();
        for (String line : lines) {
            // "AUTH=LOGIN" is how servers of the last century said it.
            String[] words = line.strip().split("[ \t=]+", 2);
            String keyword = words[0].toUpperCase(Locale.ROOT);
            if (!ignored.contains(keyword)) {
                keywords.merge(keyword, words.length > 1 ? words[1] : "", (one, other) -> one + " " + other);
            }
        }
        return new Offer(List.copyOf(lines), Map.copyOf(keywords));
    }

    boolean has(String keyword) {
        return keywords.containsKey(keyword);
    }

    /** The largest message it takes, in bytes; empty if it does not say or has no limit (RFC 1870 section 4). */
    OptionalLong sizeLimit() {
        String size = keywords.getOrDefault("SIZE", "").strip();
        if (size.isEmpty() || size.length() > 18 || !size.chars().allMatch(Character::isDigit)) {
            return OptionalLong.empty();
        }
        long limit = Long.parseLong(size);
        return limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    /** A value of LIMITS (RFC 9422), such as RCPTMAX. */
    OptionalInt limit(String name) {
        for (String word : keywords.getOrDefault("LIMITS", "").split("[ \t]+")) {
            String value = word.regionMatches(true, 0, name + "=", 0, name.length() + 1)
                    ? word.substring(name.length() + 1)
                    : "";
            if (!value.isEmpty() && value.length() <= 6 && value.chars().allMatch(Character::isDigit)) {
                return OptionalInt.of(Integer.parseInt(value));
            }
        }
        return OptionalInt.empty();
    }

    /** Whether AUTH names this mechanism. */
    boolean authenticates(String mechanism) {
        return List.of(keywords.getOrDefault("AUTH", "")
                        .toUpperCase(Locale.ROOT)
                        .split("[ \t=]+"))
                .contains(mechanism.toUpperCase(Locale.ROOT));
    }
}

package mta.queue.policy;

import java.util.Locale;

/** A pattern in which {@code *} stands for any characters and {@code ?} for one; the case of letters does not matter. */
public record Glob(String pattern) {

    public Glob {
        pattern = pattern.toLowerCase(Locale.ROOT);
    }

    /** Linear in the length of the text times that of the pattern: no pattern makes it explode. */
    public boolean matches(String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                resume = at;
            } else if (in < pattern.length()
                    && (pattern.charAt(in) == '?' || pattern.charAt(in) == lower(text.charAt(at)))) {
                at++;
                in++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }

    private static char lower(char c) {
        return c < 128 ? (c >= 'A' && c <= 'Z' ? (char) (c + 32) : c) : Character.toLowerCase(c);
    }
}

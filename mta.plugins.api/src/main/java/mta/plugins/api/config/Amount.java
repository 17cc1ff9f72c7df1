package mta.plugins.api.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Amounts with a unit, as text in settings. A setting says which it takes by the first word of its description in the
 * metatype: {@code Duration.}, {@code Size.}, {@code Durations.} ...; the configuration is checked against it.
 */
public final class Amount {

    private Amount() {}

    /**
     * {@code 250ms}, {@code 30s}, {@code 5m}, {@code 4h}, {@code 5d}, {@code 1w}, and sums of them: {@code 1h30m};
     * {@code 0} alone is zero.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    public static Duration duration(String text) {
        String rest = text.strip();
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        Duration sum = Duration.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int digits = endOf(rest, at, true);
            int unit = endOf(rest, digits, false);
            if (digits == at || unit == digits || digits - at > 12) {
                throw badDuration(text);
            }
            long number = Long.parseLong(rest, at, digits, 10);
            sum = sum.plus(
                    switch (rest.substring(digits, unit)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        case "w" -> Duration.ofDays(Math.multiplyExact(number, 7));
                        default -> throw badDuration(text);
                    });
            at = unit;
        }
        if (rest.isEmpty()) {
            throw badDuration(text);
        }
        return sum;
    }

    /** Durations separated by commas or white space. */
    public static List<Duration> durations(String text) {
        var list = new ArrayList<Duration>();
        for (String word : text.strip().split("[,\\s]+")) {
            list.add(duration(word));
        }
        return List.copyOf(list);
    }

    /**
     * Bytes: {@code 1024}, {@code 64KiB}, {@code 10MiB}, {@code 2GiB}, {@code 10MB}.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    public static long bytes(String text) {
        String rest = text.strip();
        int digits = endOf(rest, 0, true);
        if (digits == 0 || digits > 15) {
            throw badSize(text);
        }
        long number = Long.parseLong(rest, 0, digits, 10);
        long unit = switch (rest.substring(digits).strip()) {
            case "", "B" -> 1L;
            case "KiB", "k", "K" -> 1L << 10;
            case "MiB", "M" -> 1L << 20;
            case "GiB", "G" -> 1L << 30;
            case "TiB" -> 1L << 40;
            case "kB", "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> throw badSize(text);
        };
        try {
            return Math.multiplyExact(number, unit);
        } catch (ArithmeticException e) {
            throw badSize(text);
        }
    }

    private static int endOf(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && Character.isDigit(text.charAt(at)) == digits && text.charAt(at) != ' ') {
            at++;
        }
        return at;
    }

    private static IllegalArgumentException badDuration(String text) {
        return new IllegalArgumentException(
                "a duration is a number with ms, s, m, h, d or w, such as 1h30m, not: " + text);
    }

    private static IllegalArgumentException badSize(String text) {
        return new IllegalArgumentException("a size is a number with B, KiB, MiB or GiB, such as 10MiB, not: " + text);
    }
}

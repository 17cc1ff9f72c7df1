package mta.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;

/**
 * A key of a section, as a bundle's Metatype declares it.
 *
 * @param key camel case; with {@link #open} the part before the dot
 * @param list whether it takes several values
 * @param open whether it stands for {@code key.anything}: its name in the Metatype ends in {@code .*}
 * @param required whether there must be a value; never if there is a default
 * @param defaults none, one, or for a list any number
 * @param options the only values; empty: any
 * @param min least number, or least length of a text
 * @param max most
 * @param amount what its text must be, by the first word of the description
 */
public record Setting(
        String key,
        Type type,
        boolean list,
        boolean open,
        boolean required,
        List<String> defaults,
        List<String> options,
        Optional<String> min,
        Optional<String> max,
        Amounts amount,
        String description) {

    /** Types of values. */
    public enum Type {
        STRING("text"),
        INTEGER("whole number"),
        LONG("whole number"),
        DOUBLE("number"),
        BOOLEAN("true or false");

        private final String words;

        Type(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Texts with a meaning of their own. */
    public enum Amounts {
        NONE("text"),
        DURATION("duration"),
        DURATIONS("durations"),
        SIZE("size"),
        ENDPOINT("endpoint");

        private final String words;

        Amounts(String words) {
            this.words = words;
        }

        static Amounts of(String description) {
            for (Amounts amount : values()) {
                if (description.regionMatches(
                        true, 0, amount.name() + ".", 0, amount.name().length() + 1)) {
                    return amount;
                }
            }
            return NONE;
        }
    }

    public Setting {
        defaults = List.copyOf(defaults);
        options = List.copyOf(options);
    }

    /** What a value is, in words. */
    public String kind() {
        String kind = amount == Amounts.NONE ? type.words() : amount.words;
        return list ? "list of " + kind : kind;
    }

    /** With its article. */
    String oneKind() {
        return (kind().startsWith("e") ? "an " : "a ") + kind();
    }

    /** The description without the word that names the amount. */
    public String text() {
        return amount == Amounts.NONE
                ? description
                : description.substring(amount.name().length() + 1).strip();
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    Object read(String text) {
        if (!options.isEmpty() && !options.contains(text)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is none of " + String.join(", ", options) + Nearest.hint(text, options));
        }
        try {
            return switch (type) {
                case STRING -> word(text);
                case INTEGER -> inRange(Integer.parseInt(text), text);
                case LONG -> inRange(Long.parseLong(text), text);
                case DOUBLE -> inRange(number(text), text);
                case BOOLEAN -> flag(text);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("needs a " + type.words() + ", not '" + text + "'", e);
        }
    }

    private static double number(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new NumberFormatException();
        }
        return number;
    }

    /** All words that YAML 1.1 knows, since editors and people do. */
    private static Boolean flag(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("needs true or false, not '" + text + "'");
        };
    }

    private <N extends Number> N inRange(N number, String text) {
        double value = number.doubleValue();
        if (min.isPresent() && value < Double.parseDouble(min.get())
                || max.isPresent() && value > Double.parseDouble(max.get())) {
            throw new IllegalArgumentException(text + " is not " + range());
        }
        return number;
    }

    String range() {
        if (min.isPresent() && max.isPresent()) {
            return "in " + min.get() + ".." + max.get();
        }
        return min.map(least -> "at least " + least).orElseGet(() -> "at most " + max.orElse("anything"));
    }

    private String word(String text) {
        boolean unset = text.isEmpty()
                && !required
                && (defaults.isEmpty() || defaults.getFirst().isEmpty());
        if (unset) {
            return text;
        }
        switch (amount) {
            case NONE -> {}
            case DURATION -> Amount.duration(text);
            case DURATIONS -> Amount.durations(text);
            case SIZE -> Amount.bytes(text);
            case ENDPOINT -> Endpoint.parse(text);
        }
        return text;
    }

    /** As Configuration Admin takes it: one value, or an array of the values' type. */
    Object value(List<?> read) {
        if (!list) {
            return read.getFirst();
        }
        return switch (type) {
            case STRING -> array(read, new String[0]);
            case INTEGER -> array(read, new Integer[0]);
            case LONG -> array(read, new Long[0]);
            case DOUBLE -> array(read, new Double[0]);
            case BOOLEAN -> array(read, new Boolean[0]);
        };
    }

    private static <T> T[] array(List<?> read, T[] empty) {
        return new ArrayList<>(read).toArray(empty);
    }
}

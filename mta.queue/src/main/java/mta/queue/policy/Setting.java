package mta.queue.policy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import mta.plugins.api.config.Amount;
import mta.plugins.api.policy.TlsFor;

/** The settings of a scope: name, whose they are, default, and how their text is read. */
public enum Setting {
    RETRY("retry", true, "5m 15m 30m 1h 2h 4h", Setting::retry),
    JITTER("jitter", true, "0.1", text -> real(text, 0, 1)),
    EXPIRY("expiry", true, "5d", Amount::duration),
    DELAY_NOTICE("delayNotice", true, "4h", Setting::delayNotice),
    TRANSPORT("transport", true, "smtp", Setting::word),
    POOL("pool", true, "default", Setting::word),
    ROUTE("route", true, "", text -> text.isEmpty() ? Optional.empty() : Optional.of(text)),
    WEIGHT("weight", true, "1", text -> whole(text, 1, 1_000_000)),
    MAX_ATTEMPTS("maxAttempts", true, "0", text -> whole(text, 0, 1_000_000)),
    PRIORITY("priority", true, "", text -> text.isEmpty() ? Optional.empty() : Optional.of(whole(text, 0, 9))),
    CONNECTIONS("connections", false, "20", text -> whole(text, 1, 100_000)),
    MESSAGES_PER_CONNECTION("messagesPerConnection", false, "1000", text -> whole(text, 0, Integer.MAX_VALUE)),
    RECIPIENTS_PER_TRANSACTION("recipientsPerTransaction", false, "100", text -> whole(text, 1, 100_000)),
    RATE("rate", false, "0", Setting::rate),
    CONNECT_TIMEOUT("connectTimeout", false, "30s", Amount::duration),
    COMMAND_TIMEOUT("commandTimeout", false, "5m", Amount::duration),
    IDLE("idle", false, "10s", Amount::duration),
    BACKOFF("backoff", false, "1m", Amount::duration),
    MAX_BACKOFF("maxBackoff", false, "1h", Amount::duration),
    TLS("tls", false, "opportunistic", Setting::tls);

    private final String key;
    private final boolean ofQueue;
    private final String standard;
    private final Function<String, Object> reader;

    Setting(String key, boolean ofQueue, String standard, Function<String, Object> reader) {
        this.key = key;
        this.ofQueue = ofQueue;
        this.standard = standard;
        this.reader = reader;
    }

    /** Its name in the configuration. */
    public String key() {
        return key;
    }

    /** Whether it says how mail waits; else it says how a path behaves. */
    public boolean ofQueue() {
        return ofQueue;
    }

    /** What holds where no scope says otherwise. */
    public String standard() {
        return standard;
    }

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    Object read(String text) {
        try {
            return reader.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static List<Duration> retry(String text) {
        List<Duration> list = Amount.durations(text);
        for (Duration each : list) {
            if (each.isZero()) {
                throw new IllegalArgumentException("a time between attempts is more than zero");
            }
        }
        return list;
    }

    private static Optional<Duration> delayNotice(String text) {
        return text.equals("never") || text.isEmpty() ? Optional.empty() : Optional.of(Amount.duration(text));
    }

    private static String word(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a name is missing");
        }
        return text;
    }

    private static Integer whole(String text, int least, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a whole number from " + least + " to " + most + ", not: " + text);
    }

    private static Double real(String text, double least, double most) {
        try {
            double value = Double.parseDouble(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("a number from " + least + " to " + most + ", not: " + text);
    }

    /** Messages per second: {@code 100/s}, {@code 600/m}, {@code 1000/h}, {@code 5000/d}; 0: no limit. */
    private static Double rate(String text) {
        int slash = text.indexOf('/');
        String unit = slash < 0 ? "s" : text.substring(slash + 1).strip();
        double seconds = switch (unit) {
            case "s" -> 1;
            case "m", "min" -> 60;
            case "h" -> 3600;
            case "d" -> 86400;
            default ->
                throw new IllegalArgumentException(
                        "a rate is a number with /s, /m, /h or /d, such as 100/s, not: " + text);
        };
        return real(slash < 0 ? text : text.substring(0, slash).strip(), 0, 1e9) / seconds;
    }

    private static TlsFor.Mode tls(String text) {
        for (TlsFor.Mode mode : TlsFor.Mode.values()) {
            if (mode.name().equals(text.toUpperCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException("none, opportunistic, required or verified, not: " + text);
    }
}

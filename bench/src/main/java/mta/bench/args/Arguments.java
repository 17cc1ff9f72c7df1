package mta.bench.args;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of one call, checked. Immutable once parsed. */
public final class Arguments {
    private final Map<String, Option> known;
    private final Map<String, String> given;

    private Arguments(Map<String, Option> known, Map<String, String> given) {
        this.known = known;
        this.given = given;
    }

    /** Reads {@code --name value}, {@code --name=value} and {@code --flag}; every value is checked here, not at its use. */
    public static Arguments parse(List<Option> options, List<String> words) {
        var known = new HashMap<String, Option>();
        options.forEach(option -> known.put(option.name(), option));
        var given = new HashMap<String, String>();
        var arguments = new Arguments(known, given);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                throw new UsageException("unexpected word '" + word + "': options start with --");
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
            Option option = known.get(name);
            if (option == null) {
                throw new UsageException("unknown option --" + name
                        + Nearest.to(name, known.keySet())
                                .map(n -> ", the nearest is --" + n)
                                .orElse(""));
            }
            if (option.kind() == Option.Kind.FLAG) {
                if (equals >= 0) {
                    throw new UsageException("--" + name + " takes no value");
                }
                given.put(name, "on");
                continue;
            }
            if (equals < 0 && i + 1 == words.size()) {
                throw new UsageException("--" + name + " needs a value: " + option.kind().placeholder);
            }
            given.put(name, equals < 0 ? words.get(++i) : word.substring(equals + 1));
        }
        options.forEach(arguments::check);
        return arguments;
    }

    private void check(Option option) {
        String name = option.name();
        if (text(name).isEmpty()) {
            return;
        }
        switch (option.kind()) {
            case FLAG, TEXT, FILE -> {}
            case ADDRESS -> address(name);
            case COUNT -> count(name);
            case SIZE -> bytes(name);
            case TIME -> time(name);
            case FRACTION -> fraction(name);
            case CHOICE -> on(name);
        }
    }

    /** True when the option stands on the command line itself. */
    public boolean given(String name) {
        return given.containsKey(name);
    }

    /** The value, given or initial; empty when there is neither. */
    public String text(String name) {
        Option option = known.get(name);
        if (option == null) {
            throw new IllegalArgumentException("no option is declared as " + name);
        }
        return given.getOrDefault(name, option.initial());
    }

    public boolean flag(String name) {
        return text(name).equals("on");
    }

    public boolean on(String name) {
        return switch (text(name)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw wrong(name, "on or off");
        };
    }

    /** A whole number, at least 0; {@code k} and {@code m} multiply by a thousand and a million. */
    public long count(String name) {
        return scaled(name, 1000, "a whole number such as 20, 10k or 1m");
    }

    /** A number of bytes; {@code k} and {@code m} multiply by 1024 and 1024 squared. */
    public int bytes(String name) {
        long bytes = scaled(name, 1024, "a number of bytes such as 10240, 10k or 1m");
        if (bytes > 1 << 30) {
            throw wrong(name, "at most 1024m");
        }
        return (int) bytes;
    }

    private long scaled(String name, long thousand, String expected) {
        String text = text(name).toLowerCase(java.util.Locale.ROOT);
        long factor = text.endsWith("k") ? thousand : text.endsWith("m") ? thousand * thousand : 1;
        String digits = factor == 1 ? text : text.substring(0, text.length() - 1);
        if (!digits.matches("[0-9]{1,10}")) {
            throw wrong(name, expected);
        }
        return Long.parseLong(digits) * factor;
    }

    /** A time with its unit: 250ms, 30s, 2m, 1h. */
    public Duration time(String name) {
        var matcher = java.util.regex.Pattern.compile("([0-9]{1,9})(ms|s|m|h)").matcher(text(name));
        if (!matcher.matches()) {
            throw wrong(name, "a time with its unit such as 250ms, 30s or 2m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** A number from 0 to 1, or a percentage. */
    public double fraction(String name) {
        String text = text(name);
        boolean percent = text.endsWith("%");
        String digits = percent ? text.substring(0, text.length() - 1) : text;
        if (!digits.matches("[0-9]{0,3}(\\.[0-9]{1,9})?") || digits.isEmpty()) {
            throw wrong(name, "a fraction such as 0.01 or 1%");
        }
        double value = Double.parseDouble(digits) / (percent ? 100 : 1);
        if (value > 1) {
            throw wrong(name, "at most 1 (or 100%)");
        }
        return value;
    }

    public InetSocketAddress address(String name) {
        String text = text(name);
        int colon = text.lastIndexOf(':');
        if (colon < 1
                || !text.substring(colon + 1).matches("[0-9]{1,5}")
                || Integer.parseInt(text.substring(colon + 1)) > 65535) {
            throw wrong(name, "a host and a port such as 127.0.0.1:2525");
        }
        String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    }

    private UsageException wrong(String name, String expected) {
        return new UsageException("--" + name + " " + text(name) + ": expected " + expected);
    }
}

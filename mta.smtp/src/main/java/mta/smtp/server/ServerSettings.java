package mta.smtp.server;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import mta.plugins.api.config.Amount;

/** Settings of one listener's sessions; what each means stands in {@link SmtpConfig}. */
record ServerSettings(
        String hostname,
        String greeting,
        boolean requireTls,
        AuthMode auth,
        Set<String> withhold,
        boolean requireHelo,
        boolean reverseDns,
        boolean addMissingHeaders,
        long maxMessageSize,
        long maxHeaderSize,
        long maxLine,
        int maxCommandLine,
        int maxRecipients,
        int maxMessages,
        int maxCommands,
        int maxErrors,
        int maxAuthFailures,
        Duration commandTimeout,
        Duration dataTimeout,
        Duration transactionTimeout,
        Duration tlsTimeout,
        long minDataRate,
        Duration minDataRateAfter,
        Duration earlyTalkerDelay,
        boolean closeOnBareLineEnds,
        boolean rejectEightBitHeaders,
        boolean rejectEightBitBodies) {

    enum AuthMode {
        NONE,
        OFFERED,
        REQUIRED
    }

    static final long UNLIMITED = Long.MAX_VALUE / 4;

    private static final Set<String> KEYS = Arrays.stream(SmtpConfig.class.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toUnmodifiableSet());

    static final ServerSettings DEFAULT = of(Map.of());

    /**
     * @param values by the names in {@link SmtpConfig}; what is missing has its default, other keys are ignored
     * @throws IllegalArgumentException with the name of the setting and what it should be
     */
    static ServerSettings of(Map<String, ?> values) {
        var in = new Values(values);
        return new ServerSettings(
                in.text("hostname"),
                in.text("greeting"),
                in.flag("requireTls"),
                in.choice("auth", AuthMode.class),
                in.texts("withhold").stream()
                        .map(word -> word.toUpperCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet()),
                in.flag("requireHelo"),
                in.flag("reverseDns"),
                in.flag("addMissingHeaders"),
                orUnlimited(in.size("maxMessageSize")),
                in.size("maxHeaderSize"),
                in.size("maxLine"),
                (int) in.between("maxCommandLine", in.size("maxCommandLine"), 512, 1 << 20),
                (int) in.between("maxRecipients", in.number("maxRecipients"), 1, Integer.MAX_VALUE),
                in.number("maxMessages"),
                in.number("maxCommands"),
                in.number("maxErrors"),
                in.number("maxAuthFailures"),
                in.duration("commandTimeout"),
                in.duration("dataTimeout"),
                in.duration("transactionTimeout"),
                in.duration("tlsTimeout"),
                in.size("minDataRate"),
                in.duration("minDataRateAfter"),
                in.duration("earlyTalkerDelay"),
                in.oneOf("bareLineEnds", "close", "reject"),
                in.oneOf("eightBitHeaders", "reject", "accept"),
                in.oneOf("eightBitBodies", "reject", "accept"));
    }

    /** The names of all settings. */
    static Set<String> keys() {
        return KEYS;
    }

    /** These settings' source with some of its entries replaced. */
    static Map<String, Object> merged(Map<String, ?> values, Map<String, ?> overrides) {
        var merged = new HashMap<String, Object>(values);
        overrides.forEach((key, value) -> {
            if (KEYS.contains(key)) {
                merged.put(key, value);
            }
        });
        return merged;
    }

    private static long orUnlimited(long size) {
        return size == 0 ? UNLIMITED : size;
    }

    /** Values by name, with the defaults of the annotation. */
    private record Values(Map<String, ?> given) {

        Object value(String key) {
            Object value = given.get(key);
            if (value != null) {
                return value;
            }
            try {
                return SmtpConfig.class.getDeclaredMethod(key).getDefaultValue();
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
        }

        String text(String key) {
            return value(key).toString().strip();
        }

        List<String> texts(String key) {
            return switch (value(key)) {
                case String[] array -> List.of(array);
                case Iterable<?> many -> {
                    var list = new ArrayList<String>();
                    many.forEach(one -> list.add(one.toString()));
                    yield list;
                }
                case Object one ->
                    Arrays.stream(one.toString().split("[,\\s]+"))
                            .filter(word -> !word.isEmpty())
                            .toList();
            };
        }

        boolean flag(String key) {
            return Boolean.parseBoolean(text(key));
        }

        int number(String key) {
            try {
                return Integer.parseInt(text(key));
            } catch (NumberFormatException e) {
                throw bad(key, "a number");
            }
        }

        long size(String key) {
            try {
                return Amount.bytes(text(key));
            } catch (IllegalArgumentException e) {
                throw bad(key, e.getMessage());
            }
        }

        Duration duration(String key) {
            try {
                return Amount.duration(text(key));
            } catch (IllegalArgumentException e) {
                throw bad(key, e.getMessage());
            }
        }

        long between(String key, long value, long least, long most) {
            if (value < least || value > most) {
                throw bad(key, "from " + least + " to " + most);
            }
            return value;
        }

        <E extends Enum<E>> E choice(String key, Class<E> type) {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equalsIgnoreCase(text(key))) {
                    return constant;
                }
            }
            throw bad(key, "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
        }

        /** Whether it is the first of two words. */
        boolean oneOf(String key, String first, String second) {
            String text = text(key);
            if (text.equals(first) || text.equals(second)) {
                return text.equals(first);
            }
            throw bad(key, first + " or " + second);
        }

        IllegalArgumentException bad(String key, String wanted) {
            return new IllegalArgumentException("smtp: " + key + " is to be " + wanted + ", not: " + text(key));
        }
    }
}

package mta.core.hooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import mta.plugins.api.config.Amount;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Selector;

/** A binding as configured; see {@link BindingSettings} for what the components mean. */
public record Binding(
        String name,
        String plugin,
        String point,
        Set<String> stages,
        Map<String, List<Pattern>> when,
        int order,
        Set<String> before,
        Set<String> after,
        boolean required,
        boolean ends,
        Set<String> yieldsTo,
        boolean trusted,
        Optional<Duration> timeout,
        int maxConcurrent,
        Optional<FailureAction> onError,
        Optional<FailureAction> onOpen,
        Optional<FailureAction> onBusy,
        Optional<FailureAction> onMissing,
        int breakerFailures,
        Duration breakerWindow,
        Duration breakerOpen,
        boolean isolate) {

    /** With all defaults. */
    public static Binding of(String name, String plugin, String point, String... stages) {
        return parse(name, Map.of("plugin", plugin, "point", point, "stages", stages));
    }

    /**
     * @param values as they stand in Configuration Admin
     * @throws IllegalArgumentException naming the key and what is wrong with it
     */
    public static Binding parse(String name, Map<String, ?> values) {
        var in = new Values(name, values);
        var stages = Set.copyOf(in.list("stages"));
        boolean required = in.flag("required");
        if (required && stages.isEmpty()) {
            throw in.wrong("stages", "a required binding must name its stages");
        }
        return new Binding(
                name,
                in.text("plugin"),
                in.text("point"),
                stages,
                in.when(),
                in.number("order", 100),
                Set.copyOf(in.list("before")),
                Set.copyOf(in.list("after")),
                required,
                in.flag("final"),
                Set.copyOf(in.list("yieldsTo")),
                in.flag("trusted"),
                in.duration("timeout"),
                in.number("maxConcurrent", 0),
                in.action("onError"),
                in.action("onOpen"),
                in.action("onBusy"),
                in.action("onMissing"),
                in.number("breakerFailures", 20),
                in.duration("breakerWindow").orElse(Duration.ofSeconds(10)),
                in.duration("breakerOpen").orElse(Duration.ofSeconds(30)),
                in.flag("isolate"));
    }

    /** Whether all keys of {@code when} fit. */
    boolean matches(Selector selector) {
        if (when.isEmpty()) {
            return true;
        }
        for (var entry : when.entrySet()) {
            String value = selector.value(entry.getKey());
            if (entry.getValue().stream()
                    .noneMatch(pattern -> pattern.matcher(value).matches())) {
                return false;
            }
        }
        return true;
    }

    FailureAction onMissingOrDefault() {
        return onMissing.orElse(required ? FailureAction.TEMPFAIL : FailureAction.NEXT);
    }

    /** Reads typed values and says what is wrong with them. */
    private record Values(String name, Map<String, ?> values) {

        IllegalArgumentException wrong(String key, String what) {
            return new IllegalArgumentException("binding." + name + "." + key + ": " + what);
        }

        String text(String key) {
            Object value = values.get(key);
            if (value == null || value.toString().isBlank()) {
                throw wrong(key, "is missing");
            }
            return value.toString();
        }

        List<String> list(String key) {
            return switch (values.get(key)) {
                case null -> List.of();
                case String[] array -> List.of(array);
                case Collection<?> many -> many.stream().map(Object::toString).toList();
                case Object one -> one.toString().isBlank() ? List.of() : List.of(one.toString());
            };
        }

        boolean flag(String key) {
            return switch (values.get(key)) {
                case null -> false;
                case Boolean value -> value;
                case Object other -> Boolean.parseBoolean(other.toString());
            };
        }

        int number(String key, int otherwise) {
            try {
                return switch (values.get(key)) {
                    case null -> otherwise;
                    case Number value -> value.intValue();
                    case Object other -> Integer.parseInt(other.toString());
                };
            } catch (NumberFormatException e) {
                throw wrong(key, "is not a number: " + values.get(key));
            }
        }

        Optional<Duration> duration(String key) {
            Object value = values.get(key);
            if (value == null || value.toString().isBlank()) {
                return Optional.empty();
            }
            try {
                return Optional.of(Amount.duration(value.toString()));
            } catch (IllegalArgumentException e) {
                throw wrong(key, e.getMessage());
            }
        }

        Optional<FailureAction> action(String key) {
            Object value = values.get(key);
            if (value == null || value.toString().isBlank()) {
                return Optional.empty();
            }
            try {
                return Optional.of(FailureAction.valueOf(value.toString().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw wrong(key, "is next, tempfail, shutdown, reject, hold, block, spill or drop, not: " + value);
            }
        }

        Map<String, List<Pattern>> when() {
            var when = new LinkedHashMap<String, List<Pattern>>();
            for (String key : values.keySet()) {
                if (key.startsWith("when.")) {
                    var globs = new ArrayList<Pattern>();
                    list(key).forEach(glob -> globs.add(glob(glob)));
                    when.put(key.substring("when.".length()), List.copyOf(globs));
                }
            }
            return Map.copyOf(when);
        }

        private static Pattern glob(String glob) {
            var regex = new StringBuilder();
            for (char c : glob.toCharArray()) {
                switch (c) {
                    case '*' -> regex.append(".*");
                    case '?' -> regex.append('.');
                    default -> regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
        }
    }
}

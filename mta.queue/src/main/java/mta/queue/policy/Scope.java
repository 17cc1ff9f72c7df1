package mta.queue.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Settings that hold for some mail.
 *
 * @param name of its section
 * @param origin where it stands, {@code policy.gmail} or with file and line where the configuration tells them
 * @param order decides between scopes with as many keys: the higher wins
 * @param when for whom; each key's globs are alternatives, all keys must match; none: for all
 * @param texts the settings as they were written
 * @param values the settings
 */
public record Scope(
        String name,
        String origin,
        int order,
        Map<Key, List<Glob>> when,
        Map<Setting, String> texts,
        Map<Setting, Object> values) {

    /** What a scope may depend on. */
    public enum Key {
        TENANT,
        CAMPAIGN,
        DESTINATION,
        SITE,
        SOURCE;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * From the least to the most specific, so that later ones override earlier ones: by the number of keys in
     * {@code when}, then by {@code order}, then by name.
     */
    static final Comparator<Scope> SPECIFICITY = Comparator.<Scope>comparingInt(scope -> scope.when.size())
            .thenComparingInt(Scope::order)
            .thenComparing(Scope::name);

    public Scope {
        when = Map.copyOf(when);
        texts = Map.copyOf(texts);
        values = Map.copyOf(values);
    }

    /**
     * Reads a section of the configuration; properties that are neither settings nor {@code when.*} or {@code order} are
     * not looked at.
     *
     * @throws IllegalArgumentException with a text for the person who wrote it
     */
    public static Scope of(String name, String origin, Map<String, ?> properties) {
        Map<Key, List<Glob>> when = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            Object value = properties.get("when." + key.key());
            List<String> patterns = value == null ? List.of() : words(value);
            if (!patterns.isEmpty()) {
                when.put(key, patterns.stream().map(Glob::new).toList());
            }
        }
        Map<Setting, String> texts = new EnumMap<>(Setting.class);
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Object value = properties.get(setting.key());
            if (value == null) {
                continue;
            }
            String text = text(value);
            check(name, setting, when);
            texts.put(setting, text);
            try {
                values.put(setting, setting.read(text));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("policy " + name + ": " + e.getMessage(), e);
            }
        }
        Object order = properties.get("order");
        int rank = order == null ? 0 : Integer.parseInt(text(order));
        return new Scope(name, origin, rank, when, texts, values);
    }

    /**
     * What a policy plugin answered.
     *
     * @throws IllegalArgumentException if a name is no setting of a queue or of a path, or a value cannot be read
     */
    static Scope answer(boolean ofQueue, Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((key, value) -> named.put(named(ofQueue, key).key(), value));
        return Scope.of("answer", "a policy plugin", named);
    }

    /** Databases fold the names of their columns: {@code max_attempts} and {@code maxattempts} are maxAttempts. */
    private static Setting named(boolean ofQueue, String key) {
        String plain = key.replace("_", "");
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.ofQueue() == ofQueue && setting.key().equalsIgnoreCase(plain))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(key + " is no setting of a " + (ofQueue ? "queue" : "path")));
    }

    /** A queue exists before its site is known, and a path has no campaign: such a scope would never hold. */
    private static void check(String name, Setting setting, Map<Key, List<Glob>> when) {
        if (setting.ofQueue() && (when.containsKey(Key.SITE) || when.containsKey(Key.SOURCE))) {
            throw new IllegalArgumentException(
                    "policy " + name + ": " + setting.key()
                            + " is a setting of queues, which are known by tenant, campaign and destination, not by site or source");
        }
        if (!setting.ofQueue() && when.containsKey(Key.CAMPAIGN)) {
            throw new IllegalArgumentException(
                    "policy " + name + ": " + setting.key()
                            + " is a setting of paths, which are known by tenant, destination, site and source, not by campaign");
        }
    }

    private static List<String> words(Object value) {
        return switch (value) {
            case String[] array -> Arrays.asList(array);
            case Collection<?> list -> list.stream().map(Object::toString).toList();
            default -> List.of(value.toString().strip().split("[,\\s]+"));
        };
    }

    private static String text(Object value) {
        return switch (value) {
            case Object[] array ->
                String.join(" ", Arrays.stream(array).map(Object::toString).toList());
            case Collection<?> list ->
                String.join(" ", list.stream().map(Object::toString).toList());
            default -> value.toString();
        };
    }

    boolean matches(Facts facts) {
        for (Map.Entry<Key, List<Glob>> each : when.entrySet()) {
            String value = facts.value(each.getKey());
            if (value.isEmpty() || each.getValue().stream().noneMatch(glob -> glob.matches(value))) {
                return false;
            }
        }
        return true;
    }

    /** Whether it gives some mail of a site other paths than the rest: path settings by tenant or destination. */
    boolean dividesPaths() {
        return (when.containsKey(Key.TENANT) || when.containsKey(Key.DESTINATION))
                && values.keySet().stream().anyMatch(setting -> !setting.ofQueue());
    }

    /** {@code tenant=acme destination=*.example}, for tables. */
    public String condition() {
        List<String> words = new ArrayList<>();
        for (Key key : Key.values()) {
            if (when.containsKey(key)) {
                words.add(key.key() + "="
                        + String.join(
                                ",", when.get(key).stream().map(Glob::pattern).toList()));
            }
        }
        return String.join(" ", words);
    }
}

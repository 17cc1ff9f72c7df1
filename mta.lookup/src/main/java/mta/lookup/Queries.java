package mta.lookup;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.CertFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.ListenerFor;
import mta.plugins.api.policy.PathFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.RdnsFor;
import mta.plugins.api.policy.SiteFor;
import mta.plugins.api.policy.SourceFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.UserFor;

/**
 * What a section says below {@code queries}: {@code UserFor}, {@code Table} (every table), {@code Table.greylist} (that
 * one), {@code com.acme.ScoreFor} (somebody else's).
 */
public final class Queries {

    private static final Map<String, Class<?>> KNOWN = List.<Class<?>>of(
                    AliasFor.class,
                    CertFor.class,
                    DomainFor.class,
                    ListenerFor.class,
                    PathFor.class,
                    PoolFor.class,
                    QueueFor.class,
                    RdnsFor.class,
                    SiteFor.class,
                    SourceFor.class,
                    Table.class,
                    TlsFor.class,
                    UserFor.class)
            .stream()
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private Queries() {}

    /**
     * The texts below a key.
     *
     * @param properties of the component
     * @param key {@code queries}
     * @throws IllegalArgumentException if a query is not known
     */
    public static Map<String, String> texts(Map<String, ?> properties, String key) {
        var texts = new TreeMap<String, String>();
        properties.forEach((name, value) -> {
            if (name.startsWith(key + ".")) {
                String query = name.substring(key.length() + 1);
                check(query);
                texts.put(
                        query,
                        value instanceof Object[] many
                                ? String.join(
                                        "\n",
                                        List.of(many).stream()
                                                .map(Object::toString)
                                                .toList())
                                : value.toString());
            }
        });
        return texts;
    }

    private static void check(String query) {
        boolean known = KNOWN.containsKey(query)
                || query.startsWith("Table.")
                || query.indexOf('.') > 0 && Character.isLowerCase(query.charAt(0));
        if (!known) {
            throw new IllegalArgumentException("queries." + query + ": there is no such query, but "
                    + String.join(", ", KNOWN.keySet().stream().sorted().toList())
                    + ", Table.NAME, and others by the full name of their class");
        }
    }

    /** A question of this kind without anything in it, to try an answer on; empty if its class is not known here. */
    public static Optional<Question> blank(String query) {
        Class<?> type = KNOWN.get(query.startsWith("Table.") ? "Table" : query);
        return Optional.ofNullable(type)
                .map(known -> new Question(Question.type(known), "", Question.answer(known), Map.of()));
    }

    /** Which values its questions may have, by name; empty if its class is not known here. */
    public static Optional<Set<String>> names(String query) {
        return type(query).map(known -> {
            var names = new TreeSet<>(Set.of("local", "user", "domain"));
            for (RecordComponent each : known.getRecordComponents()) {
                names.add(each.getName());
            }
            return names;
        });
    }

    /** @throws IllegalArgumentException if a setting names a value that the query does not have */
    public static void requireNames(String query, Collection<String> used) {
        Optional<Set<String>> names = names(query);
        for (String name : used) {
            if (names.isPresent() && !names.get().contains(name)) {
                throw new IllegalArgumentException(
                        "queries." + query + ": there is no value " + name + ", but " + String.join(", ", names.get()));
            }
        }
    }

    /** The class of a query that is known here. */
    public static Optional<Class<?>> type(String query) {
        return Optional.ofNullable(KNOWN.get(query.startsWith("Table.") ? "Table" : query));
    }
}

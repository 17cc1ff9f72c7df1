package mta.lookup;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;

/**
 * A query in words.
 *
 * @param type simple name of a query of the API ({@code UserFor}), the full one of somebody else's
 * @param table which table is asked, or the empty string
 * @param answer the type that an answer must be
 * @param values the query's components by name; where one is an address also {@code local}, {@code domain}, and
 *     {@code user}, the local part without {@code +extension}. Domains are A-labels in lower case.
 */
public record Question(String type, String table, Type answer, Map<String, String> values) {

    private static final Set<String> DOMAINS = Set.of("domain", "destination", "host", "serverName", "site");

    public Question {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static Question of(Query<?> query) {
        var values = new LinkedHashMap<String, String>();
        RecordComponent[] components = query.getClass().getRecordComponents();
        for (RecordComponent each : components == null ? new RecordComponent[0] : components) {
            put(values, each.getName(), value(query, each), query instanceof UserFor);
        }
        String table = query instanceof Table asked ? asked.name() : "";
        return new Question(type(query.getClass()), table, answer(query.getClass()), values);
    }

    /** What a query is called in settings. */
    static String type(Class<?> query) {
        return query.getPackage() == Query.class.getPackage() ? query.getSimpleName() : query.getName();
    }

    private static Object value(Query<?> query, RecordComponent component) {
        try {
            Object value = component.getAccessor().invoke(query);
            return value instanceof Optional<?> optional
                    ? optional.map(Object.class::cast).orElse("")
                    : value;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(query.getClass() + " is not public", e);
        }
    }

    private static void put(Map<String, String> values, String name, Object value, boolean isAddress) {
        String text = String.valueOf(value);
        int at = text.lastIndexOf('@');
        if (at < 0 && !isAddress) {
            values.put(name, DOMAINS.contains(name) ? Domain.ascii(text) : text);
            return;
        }
        String local = at < 0 ? text : text.substring(0, at);
        String domain = at < 0 ? "" : Domain.ascii(text.substring(at + 1));
        int plus = local.indexOf('+', 1);
        values.putIfAbsent("local", local);
        values.putIfAbsent("user", plus < 0 ? local : local.substring(0, plus));
        values.putIfAbsent("domain", domain);
        values.put(name, value instanceof Address && at >= 0 ? local + "@" + domain : text);
    }

    /** V of {@code Query<V>}. */
    static Type answer(Class<?> query) {
        for (Type each : query.getGenericInterfaces()) {
            if (each instanceof ParameterizedType of && of.getRawType() == Query.class) {
                return of.getActualTypeArguments()[0];
            }
        }
        return Object.class;
    }

    /** The empty string if there is none of that name. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }
}

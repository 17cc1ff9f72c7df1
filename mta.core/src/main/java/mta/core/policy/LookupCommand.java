package mta.core.policy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Query;

/** The console verb {@code lookup}: asks what the node would ask. Runs on the console's thread. */
public final class LookupCommand {

    private static final String USAGE =
            "lookup TYPE VALUE..., such as lookup UserFor ann@example.org; lookup forget TYPE";

    private final Lookup lookup;

    public LookupCommand(Lookup lookup) {
        this.lookup = lookup;
    }

    public static Dictionary<String, Object> properties() {
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.command.scope", "mta");
        properties.put("osgi.command.function", "lookup");
        properties.put("mta.help", new String[] {
            "lookup|TYPE VALUE...|what policies answer to a query: DomainFor, UserFor, AliasFor, Table ...|"
                    + "lookup UserFor ann@example.org",
            "lookup forget|TYPE|asks anew from now on, instead of believing what was answered before|"
                    + "lookup forget UserFor"
        });
        return properties;
    }

    public Object lookup(String[] words) {
        if (words.length < 2) {
            return Refusal.usage(USAGE);
        }
        boolean forget = words[0].equals("forget");
        Optional<Class<? extends Query<?>>> type = type(words[forget ? 1 : 0]);
        if (type.isEmpty()) {
            return Refusal.of("there is no query " + words[forget ? 1 : 0] + "; " + USAGE);
        }
        if (forget) {
            lookup.forget(type.get());
            return words[1] + " is asked anew";
        }
        try {
            return ask(type.get(), List.of(words).subList(1, words.length));
        } catch (IllegalArgumentException e) {
            return Refusal.of(e.getMessage());
        } catch (Unresolved e) {
            return Refusal.of("cannot tell: " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // compared before
    private static Optional<Class<? extends Query<?>>> type(String name) {
        try {
            Class<?> type = Class.forName(Query.class.getPackageName() + "." + name);
            return type.isRecord() && Query.class.isAssignableFrom(type)
                    ? Optional.of((Class<? extends Query<?>>) type)
                    : Optional.empty();
        } catch (ClassNotFoundException | LinkageError e) { // on file systems without case: a wrong name
            return Optional.empty();
        }
    }

    private Object ask(Class<? extends Query<?>> type, List<String> words) throws Unresolved {
        Optional<?> answer = lookup.find(query(type, words));
        if (answer.isEmpty()) {
            return "not found";
        }
        Table.Builder table = Table.of(Column.text("field"), Column.text("value"));
        switch (answer.get()) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(each -> List.of(
                                each.getKey().toString(), each.getValue().toString()))
                        .sorted((a, b) -> a.getFirst().compareTo(b.getFirst()))
                        .forEach(row -> table.row(row.toArray()));
            case List<?> list -> list.forEach(each -> table.row("", each.toString()));
            case Record record when !(record instanceof Address) -> fields(record, table);
            case Object other -> table.row("", other.toString());
        }
        return table.build();
    }

    private static Query<?> query(Class<? extends Query<?>> type, List<String> words) {
        RecordComponent[] components = type.getRecordComponents();
        if (words.size() > components.length) {
            throw new IllegalArgumentException(type.getSimpleName() + " has "
                    + String.join(
                            ", ",
                            Arrays.stream(components)
                                    .map(RecordComponent::getName)
                                    .toList()));
        }
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String word = i < words.size() ? words.get(i) : "";
            types[i] = components[i].getType();
            values[i] = types[i] == Address.class ? Address.of(word) : word;
        }
        try {
            return type.getConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getSimpleName() + " cannot be asked here: " + e.getMessage(), e);
        }
    }

    private static void fields(Record record, Table.Builder table) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(record);
                String text = value instanceof Optional<?> optional
                        ? optional.map(Object::toString).orElse("")
                        : value.toString();
                boolean isSecret = component.getName().equals("secret") && !text.isEmpty();
                table.row(component.getName(), isSecret ? "(not shown)" : text);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e); // answers are public records
            }
        }
    }
}

package mta.testkit.plugin;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the settings of a plugin as Declarative Services would: an instance of its configuration annotation with the
 * defaults, but for what the test sets.
 *
 * <pre>{@code
 * Settings.of(Greylist.Config.class, "delay", "5m", "networks", List.of("10.0.0.0/8"))
 * }</pre>
 */
public final class Settings {

    private Settings() {}

    /**
     * @param pairs name and value, alternating; a setting that is an array takes a List
     * @throws IllegalArgumentException if there is no such setting, or a value does not fit
     */
    public static <A> A of(Class<A> annotation, Object... pairs) {
        Map<String, Object> values = new HashMap<>();
        for (Method method : annotation.getDeclaredMethods()) {
            Object fallback = method.getDefaultValue();
            values.put(method.getName(), fallback);
        }
        for (int i = 0; i < pairs.length; i += 2) {
            String name = (String) pairs[i];
            if (!values.containsKey(name)) {
                throw new IllegalArgumentException("no setting " + name + " in " + annotation.getName());
            }
            values.put(name, pairs[i + 1]);
        }
        for (Method method : annotation.getDeclaredMethods()) {
            values.compute(method.getName(), (name, value) -> coerce(name, value, method.getReturnType()));
        }
        return annotation.cast(Proxy.newProxyInstance(
                annotation.getClassLoader(),
                new Class<?>[] {annotation},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "annotationType" -> annotation;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> annotation.getSimpleName() + values;
                    default -> values.get(method.getName());
                }));
    }

    private static Object coerce(String name, Object value, Class<?> type) {
        if (value instanceof Iterable<?> list && type.isArray()) {
            var items = new ArrayList<Object>();
            list.forEach(items::add);
            Object array = Array.newInstance(type.getComponentType(), items.size());
            for (int i = 0; i < items.size(); i++) {
                Array.set(array, i, items.get(i));
            }
            return array;
        }
        boolean fits = switch (type.getName()) {
            case "int" -> value instanceof Integer;
            case "long" -> value instanceof Long;
            case "double" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            default -> type.isInstance(value);
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    "setting " + name + " is of type " + type.getSimpleName() + ": " + value);
        }
        return value;
    }
}

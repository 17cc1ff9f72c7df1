package plugins.script.view;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import mta.plugins.api.hooks.Call;

/** The methods of a type that its view has, in a fixed order. Immutable, kept with the type. */
record Shape(List<Method> methods) {

    /** {@code close} of the API's objects is their owner's business, not a plugin's. */
    private static final Set<String> HIDDEN =
            Set.of("hashCode", "equals", "toString", "wait", "notify", "notifyAll", "getClass");

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return new Shape(read(type));
        }
    };

    static Shape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** Overloads with as many parameters are one method for a script: the first by the names of its types. */
    private static List<Method> read(Class<?> type) {
        var methods = new ArrayList<>(List.of(type.getMethods()));
        methods.removeIf(method -> Modifier.isStatic(method.getModifiers())
                || method.isBridge()
                || method.getDeclaringClass() == Object.class
                || HIDDEN.contains(method.getName())
                || List.of(method.getParameterTypes()).contains(Call.class));
        methods.sort(Comparator.comparing(Method::getName)
                .thenComparing(Method::getParameterCount)
                .thenComparing(method -> List.of(method.getParameterTypes()).toString()));
        var seen = new HashSet<String>();
        methods.removeIf(method -> !seen.add(method.getName() + "/" + method.getParameterCount()));
        return List.copyOf(methods);
    }
}

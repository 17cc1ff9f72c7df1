package mta.core.hooks;

import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import mta.plugins.api.hooks.Hook;

/**
 * The stages of a hook point, read from its interface once. Does not keep the interface's class loader alive: third
 * parties declare hook points, too.
 */
final class HookType {

    private final String name;
    private final String simpleName;
    private final WeakReference<Class<?>> type;
    private final Map<String, Hook> stages = new LinkedHashMap<>();

    HookType(Class<?> type) {
        this.name = type.getName();
        this.simpleName = type.getSimpleName();
        this.type = new WeakReference<>(type);
        Stream.of(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Hook.class))
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .forEach(method -> stages.put(method.getName(), method.getAnnotation(Hook.class)));
    }

    String name() {
        return name;
    }

    String simpleName() {
        return simpleName;
    }

    boolean isNamed(String point) {
        return point.equals(name) || point.equals(simpleName);
    }

    boolean is(Class<?> other) {
        return type.get() == other;
    }

    Map<String, Hook> stages() {
        return stages;
    }
}

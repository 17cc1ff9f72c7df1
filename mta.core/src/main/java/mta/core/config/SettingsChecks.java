package mta.core.config;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.config.SettingsCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the checks that bundles bring for their sections. Their classes come from the jars, not from the framework: a
 * configuration is checked where no node runs, and before the bundle that it is for is started. For one reading, and one
 * thread.
 */
final class SettingsChecks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SettingsChecks.class);

    private final Map<Path, URLClassLoader> loaders = new HashMap<>();

    /**
     * What is wrong, in words. A check that fails itself says nothing: it must not keep a node from its configuration.
     *
     * @param written key to value, as Configuration Admin would take them
     */
    Optional<String> problem(Section.Check check, Map<String, Object> written) {
        try {
            Class<?> type = loader(check.jar()).loadClass(check.name());
            run((SettingsCheck<?>) type.getConstructor().newInstance(), written);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError e) {
            log.warn("{} of {} fails: {}", check.name(), check.jar(), e.toString());
            log.debug("{} of {}", check.name(), check.jar(), e);
            return Optional.empty();
        }
    }

    private static <C> void run(SettingsCheck<C> check, Map<String, Object> written) {
        check.check(annotation(check.settings(), written));
    }

    private URLClassLoader loader(Path jar) throws MalformedURLException {
        URLClassLoader loader = loaders.get(jar);
        if (loader == null) {
            var urls = new URL[] {jar.toUri().toURL()};
            loader = new URLClassLoader(urls, SettingsChecks.class.getClassLoader());
            loaders.put(jar, loader);
        }
        return loader;
    }

    /** As Declarative Services make it: what is written, and the defaults. */
    static <C> C annotation(Class<C> type, Map<String, Object> written) {
        Map<String, Object> values = new HashMap<>();
        for (Method method : type.getDeclaredMethods()) {
            Object value = written.get(key(method.getName()));
            values.put(method.getName(), value == null ? otherwise(method) : fitted(value, method.getReturnType()));
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            boolean ours = given == null && values.containsKey(method.getName());
            return switch (ours ? "" : method.getName()) {
                case "" -> values.get(method.getName());
                case "annotationType" -> type;
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> self == given[0];
                default -> type.getSimpleName() + values.keySet();
            };
        }));
    }

    /** OSGi Compendium 8, section 112.8.2.1: a single underscore is a dot, two are one. */
    private static String key(String method) {
        String key = method.replace("__", "\0").replace('_', '.').replace('\0', '_');
        return key.endsWith(".") ? key.substring(0, key.length() - 1) : key;
    }

    /** Nothing written and no default: what Declarative Services put in. */
    private static Object otherwise(Method method) {
        Class<?> type = method.getReturnType();
        if (method.getDefaultValue() != null) {
            return method.getDefaultValue();
        }
        return type.isArray() || type.isPrimitive() ? zero(type) : null;
    }

    private static Object zero(Class<?> type) {
        return type.isArray()
                ? Array.newInstance(type.getComponentType(), 0)
                : Array.get(Array.newInstance(type, 1), 0);
    }

    /** A list is an array of objects here, and may be one of primitives there. */
    private static Object fitted(Object value, Class<?> type) {
        if (!type.isArray() || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object array = Array.newInstance(type.getComponentType(), length);
        for (int i = 0; i < length; i++) {
            Array.set(array, i, Array.get(value, i));
        }
        return array;
    }

    @Override
    public void close() {
        for (URLClassLoader loader : loaders.values()) {
            try {
                loader.close();
            } catch (IOException e) {
                log.debug("{}", e.toString());
            }
        }
    }
}

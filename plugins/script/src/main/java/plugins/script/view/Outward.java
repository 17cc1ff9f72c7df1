package plugins.script.view;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import mta.plugins.api.mail.Content;

/**
 * Turns values of the host into what scripts see: Optional into the value or null, enums into their names, Duration into
 * milliseconds, lists into lists of views, objects of the API into views. An Instant passes as it is: JavaScript takes it
 * for a Date. Thread-safe.
 */
public final class Outward {

    private static final String TESTKIT = "mta.testkit.plugin.";
    private static final String API = "mta.plugins.api.";

    private static final ClassValue<MethodHandle> VIEWS = new ClassValue<>() {
        @Override
        protected MethodHandle computeValue(Class<?> type) {
            return ViewMaker.make(type);
        }
    };

    /** For values whose type is not declared: the type of the API that they have. */
    private static final ClassValue<Class<?>> TYPES = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> type) {
            if (isViewed(type)) {
                return type;
            }
            for (Class<?> at = type; at != null; at = at.getSuperclass()) {
                for (Class<?> one : at.getInterfaces()) {
                    if (isViewed(one)) {
                        return one;
                    }
                }
            }
            return Object.class;
        }
    };

    private Outward() {}

    /** Whether scripts see objects of this type by its methods: the API's, the test kit's, and hook points of others. */
    static boolean isViewed(Class<?> type) {
        String name = type.getName();
        boolean java = name.startsWith("java.") || type.isArray() || type.isPrimitive() || type.isEnum();
        // Whatever else of the host implements an interface of the API is seen as that interface only
        boolean inside = name.startsWith("mta.") && !name.startsWith(API) && !name.startsWith(TESTKIT);
        return !java
                && !inside
                && (type.isInterface() || type.isRecord() || name.startsWith(TESTKIT))
                && Modifier.isPublic(type.getModifiers());
    }

    /** An object as one of the given type, whatever else it may be. */
    public static Object view(Object value, Class<?> declared) {
        if (value == null || value instanceof View) {
            return value;
        }
        if (value instanceof Content content) {
            return new ContentView(content);
        }
        Class<?> own = value.getClass();
        boolean narrower = own.isRecord() && isViewed(own) && own.getClassLoader() == declared.getClassLoader();
        Class<?> type = narrower || declared.isSealed() || declared == Object.class ? own : declared;
        if (type.isEnum()) {
            return value.toString();
        }
        return isViewed(type) && !(value instanceof Collection) && !(value instanceof Map)
                ? make(value, type)
                : value(value);
    }

    /** A value, by what it is. */
    public static Object value(Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Number number -> number;
            case Boolean flag -> flag;
            case View view -> view;
            case Optional<?> optional -> optional.map(Outward::value).orElse(null);
            case OptionalInt number -> number.isPresent() ? number.getAsInt() : null;
            case OptionalLong number -> number.isPresent() ? number.getAsLong() : null;
            case Enum<?> word -> word.name();
            case Duration duration -> duration.toMillis();
            case Map<?, ?> map -> map(map);
            case Collection<?> many -> list(many);
            case InetSocketAddress address -> new SocketAddressView(address);
            case InetAddress address -> new AddressView(address);
            case Content content -> new ContentView(content);
            case InputStream in -> new InputView(in);
            case OutputStream out -> new OutputView(out);
            default -> viewed(value);
        };
    }

    private static Object viewed(Object value) {
        Class<?> type = TYPES.get(value.getClass());
        return type == Object.class ? value : make(value, type);
    }

    private static View make(Object value, Class<?> type) {
        try {
            return (View) VIEWS.get(type).invokeExact(value);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Object> list(Collection<?> many) {
        var list = new ArrayList<Object>(many.size());
        many.forEach(each -> list.add(value(each)));
        return Collections.unmodifiableList(list);
    }

    private static Map<Object, Object> map(Map<?, ?> values) {
        var map = new LinkedHashMap<Object, Object>();
        values.forEach((key, value) -> map.put(value(key), value(value)));
        return Collections.unmodifiableMap(map);
    }
}

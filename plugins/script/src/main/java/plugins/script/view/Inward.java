package plugins.script.view;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.config.Amount;
import mta.plugins.api.delivery.Outcome;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Answer;
import org.graalvm.polyglot.Value;

/**
 * Turns what a script gives into what the host expects: views back into their objects, strings and plain objects into the
 * API's values, {@code '15m'} into a Duration. What does not fit is an {@link IllegalArgumentException} for the script.
 * Runs on the thread that is in the script's context.
 */
public final class Inward {

    /** How long an answer of a policy is believed when the script does not say. */
    private static final Duration TTL = Duration.ofMinutes(1);

    /** Where an object with functions cannot become an object of the host. */
    static final Inward PLAIN = new Inward((_, type) -> {
        throw new IllegalArgumentException("a script cannot give a " + type.getSimpleName() + " here");
    });

    /** Makes an object of a script an object of the host. */
    @FunctionalInterface
    public interface Implement {
        Object of(Value functions, Class<?> type);
    }

    private final Implement implement;

    public Inward(Implement implement) {
        this.implement = implement;
    }

    /** @throws IllegalArgumentException if it does not fit */
    public Object value(Value value, Type type) {
        return switch (type) {
            case Class<?> plain -> plain(value, plain);
            case ParameterizedType generic -> generic(value, generic);
            case WildcardType wild -> value(value, wild.getUpperBounds()[0]);
            case TypeVariable<?> _ -> json(value);
            default -> throw new IllegalArgumentException("no value of a script fits " + type);
        };
    }

    /** For the objects of a tool, which the host makes itself. */
    public static <T> T host(Value value, Class<T> type) {
        return type.cast(PLAIN.value(value, type));
    }

    // ---- verdicts

    /** Nothing: no opinion. A string: a refusal. Otherwise what {@code mta.refuse} and the like have made. */
    public static Verdict verdict(Value value) {
        if (value.isNull()) {
            return Verdict.NEXT;
        }
        if (value.isHostObject() && value.asHostObject() instanceof Verdict verdict) {
            return verdict;
        }
        if (value.isString()) {
            return Verdict.refuse(value.asString());
        }
        throw new IllegalArgumentException(
                "a verdict is nothing, a reply such as '550 5.7.1 No', or made by mta.accept, mta.refuse, mta.later,"
                        + " mta.hold or mta.discard, not: " + value);
    }

    // ---- by type

    private Object generic(Value value, ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] of = type.getActualTypeArguments();
        if (raw == Optional.class) {
            return value.isNull() ? Optional.empty() : Optional.of(value(value, of[0]));
        }
        if (raw == Answer.class) {
            return answer(value, of[0]);
        }
        if (raw == Map.class) {
            return map(value, of[1]);
        }
        if (raw == Set.class) {
            return new LinkedHashSet<>(list(value, of[0]));
        }
        if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
            return list(value, of[0]);
        }
        return plain(value, raw);
    }

    /** The value of an answer, or an object of both: {@code {value: ..., ttl: '5m'}}. */
    public Answer<?> answer(Value value, Type of) {
        boolean both =
                value.hasMembers() && !value.isHostObject() && value.hasMember("value") && value.hasMember("ttl");
        return both
                ? new Answer<>(value(value.getMember("value"), of), duration(value.getMember("ttl")))
                : new Answer<>(value(value, of), TTL);
    }

    private Object plain(Value value, Class<?> type) {
        if (value.isHostObject()) {
            Object host = value.asHostObject();
            Object seen = host instanceof View view ? view.target : host;
            if (type.isInstance(seen)) {
                return seen;
            }
        }
        if (type == Object.class) {
            return json(value);
        }
        if (type == Verdict.class) {
            return verdict(value);
        }
        if (type == String.class) {
            return string(value);
        }
        if (type == boolean.class || type == Boolean.class) {
            return value.isBoolean() ? value.asBoolean() : Inward.<Boolean>fail(value, "a boolean");
        }
        if (type == int.class || type == Integer.class) {
            return value.fitsInInt() ? value.asInt() : (int) number(value, "a whole number");
        }
        if (type == long.class || type == Long.class) {
            return value.fitsInLong() ? value.asLong() : (long) number(value, "a whole number");
        }
        if (type == double.class || type == Double.class) {
            return value.fitsInDouble() ? value.asDouble() : (Object) number(value, "a number");
        }
        if (type == OptionalInt.class) {
            return value.isNull() ? OptionalInt.empty() : OptionalInt.of(value.asInt());
        }
        if (type == OptionalLong.class) {
            return value.isNull() ? OptionalLong.empty() : OptionalLong.of(value.asLong());
        }
        if (type == Duration.class) {
            return duration(value);
        }
        if (type == Instant.class) {
            return instant(value);
        }
        if (type == byte[].class) {
            return octets(value);
        }
        if (type == InputStream.class) {
            return new ByteArrayInputStream(octets(value));
        }
        if (type == Content.class) {
            return Content.of(octets(value));
        }
        if (type == InetAddress.class) {
            return InetAddress.ofLiteral(string(value));
        }
        if (type == InetSocketAddress.class) {
            return socketAddress(value);
        }
        if (type.isEnum()) {
            return word(value, type);
        }
        if (type.isRecord()) {
            return record(value, type);
        }
        if (type.isSealed()) {
            return oneOf(value, type);
        }
        if (type.isInterface() && value.hasMembers()) {
            return implement.of(value, type);
        }
        return fail(value, "a " + type.getSimpleName());
    }

    private static <T> T fail(Value value, String wanted) {
        throw new IllegalArgumentException("needs " + wanted + ", not: " + value);
    }

    private static double number(Value value, String wanted) {
        return value.fitsInDouble() && value.asDouble() % 1 == 0 ? value.asDouble() : fail(value, wanted);
    }

    private static String string(Value value) {
        if (value.isString()) {
            return value.asString();
        }
        if (value.isHostObject() && value.asHostObject() instanceof View view) {
            return view.toString();
        }
        return value.isNumber() || value.isBoolean() ? value.toString() : fail(value, "a string");
    }

    /** {@code '1h30m'}, or a number of milliseconds. */
    public static Duration duration(Value value) {
        if (value.isNumber()) {
            return Duration.ofMillis((long) value.asDouble());
        }
        return value.isDuration() ? value.asDuration() : Amount.duration(string(value));
    }

    /** A Date, an ISO 8601 string, or milliseconds since 1970. */
    public static Instant instant(Value value) {
        if (value.isInstant()) {
            return value.asInstant();
        }
        if (value.isNumber()) {
            return Instant.ofEpochMilli((long) value.asDouble());
        }
        try {
            return Instant.parse(string(value));
        } catch (DateTimeParseException e) {
            return fail(value, "a Date, milliseconds or a time such as 2026-01-02T03:04:05Z");
        }
    }

    /** From now on, or at a time. */
    public static Instant when(Value value, Instant now) {
        boolean absolute =
                value.isInstant() || value.isString() && value.asString().indexOf('T') > 0;
        return absolute ? instant(value) : now.plus(duration(value));
    }

    private static byte[] octets(Value value) {
        if (value.isString()) {
            return value.asString().getBytes(StandardCharsets.UTF_8);
        }
        if (value.hasBufferElements()) {
            var octets = new byte[Math.toIntExact(value.getBufferSize())];
            value.readBuffer(0, octets, 0, octets.length);
            return octets;
        }
        if (value.hasArrayElements()) {
            var octets = new byte[Math.toIntExact(value.getArraySize())];
            for (int i = 0; i < octets.length; i++) {
                octets[i] = (byte) value.getArrayElement(i).asInt();
            }
            return octets;
        }
        return fail(value, "a string, an ArrayBuffer or an array of octets");
    }

    private static InetSocketAddress socketAddress(Value value) {
        if (value.hasMember("address") && value.hasMember("port")) {
            return new InetSocketAddress(
                    InetAddress.ofLiteral(string(value.getMember("address"))),
                    value.getMember("port").asInt());
        }
        return fail(value, "{address, port}");
    }

    private static Object word(Value value, Class<?> type) {
        String wanted = string(value).toUpperCase(Locale.ROOT);
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> ((Enum<?>) each).name().equals(wanted))
                .findFirst()
                .orElseGet(() -> fail(value, "one of " + Arrays.toString(type.getEnumConstants())));
    }

    private List<Object> list(Value value, Type of) {
        if (value.isNull()) {
            return List.of();
        }
        var list = new ArrayList<Object>();
        if (value.hasArrayElements()) {
            for (long i = 0; i < value.getArraySize(); i++) {
                list.add(value(value.getArrayElement(i), of));
            }
        } else if (value.hasIterator()) {
            for (Value at = value.getIterator(); at.hasIteratorNextElement(); ) {
                list.add(value(at.getIteratorNextElement(), of));
            }
        } else {
            fail(value, "an array");
        }
        return List.copyOf(list);
    }

    private Map<String, Object> map(Value value, Type of) {
        var map = new LinkedHashMap<String, Object>();
        if (value.isNull()) {
            return map;
        }
        if (value.hasHashEntries()) {
            for (Value at = value.getHashKeysIterator(); at.hasIteratorNextElement(); ) {
                Value key = at.getIteratorNextElement();
                map.put(string(key), value(value.getHashValue(key), of));
            }
        } else {
            for (String key : value.getMemberKeys()) {
                map.put(key, value(value.getMember(key), of));
            }
        }
        return map;
    }

    // ---- records and sealed types

    private Object record(Value value, Class<?> type) {
        if (value.isString()) {
            return fromText(value.asString(), type);
        }
        if (!value.hasMembers() || value.canExecute()) {
            return fail(
                    value,
                    "a " + type.getSimpleName() + ", as an object with "
                            + Arrays.stream(type.getRecordComponents())
                                    .map(RecordComponent::getName)
                                    .toList());
        }
        if (type == Header.class && value.hasMember("value")) {
            return Header.of(string(value.getMember("name")), string(value.getMember("value")));
        }
        RecordComponent[] components = type.getRecordComponents();
        checkMembers(value, type, components);
        var arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Value member = value.getMember(components[i].getName());
            try {
                arguments[i] = member == null || member.isNull()
                        ? absent(components[i].getGenericType(), type)
                        : value(member, components[i].getGenericType());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        type.getSimpleName() + "." + components[i].getName() + " " + e.getMessage(), e);
            }
        }
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return type.getConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + ": " + e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void checkMembers(Value value, Class<?> type, RecordComponent[] components) {
        Set<String> known =
                Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
        for (String key : value.getMemberKeys()) {
            if (!known.contains(key) && !key.equals("type")) {
                throw new IllegalArgumentException(type.getSimpleName() + " has no " + key + "; it has "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /** What may be left out of an object. */
    private static Object absent(Type type, Class<?> owner) {
        Class<?> raw = type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
        return switch (raw.getName()) {
            case "java.util.Optional" -> Optional.empty();
            case "java.util.OptionalInt" -> OptionalInt.empty();
            case "java.util.OptionalLong" -> OptionalLong.empty();
            case "java.util.List" -> List.of();
            case "java.util.Set" -> Set.of();
            case "java.util.Map" -> Map.of();
            case "java.lang.String" -> "";
            case "boolean", "int", "long", "double" -> Array.get(Array.newInstance(raw, 1), 0);
            default -> throw new IllegalArgumentException("is missing in " + owner.getSimpleName());
        };
    }

    /** By the static method of the type that takes a string: {@code of} or {@code parse}. */
    private static Object fromText(String text, Class<?> type) {
        try {
            Method method = Stream.of(type.getMethods())
                    .filter(each -> Modifier.isStatic(each.getModifiers())
                            && Arrays.equals(each.getParameterTypes(), new Class<?>[] {String.class})
                            && each.getReturnType() == type)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("a " + type.getSimpleName() + " is no string: " + text));
            return method.invoke(null, text);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The member {@code type} says which; an outcome may be left to the class of its reply. */
    private Object oneOf(Value value, Class<?> sealed) {
        Value name = value.hasMembers() ? value.getMember("type") : null;
        if (name == null && sealed == Outcome.class && value.hasMember("recipient")) {
            return Outcome.of((Recipient) value(value.getMember("recipient"), Recipient.class), (Reply)
                    value(value.getMember("reply"), Reply.class));
        }
        for (Class<?> each : sealed.getPermittedSubclasses()) {
            if (name != null && name.isString() && each.getSimpleName().equals(name.asString())) {
                return record(value, each);
            }
        }
        return fail(
                value,
                "an object whose type is one of "
                        + Arrays.stream(sealed.getPermittedSubclasses())
                                .map(Class::getSimpleName)
                                .toList());
    }

    // ---- JSON

    /** JSON as the host keeps it: String, Long, Double, Boolean, List, Map. A Date becomes its ISO 8601 text. */
    public static Object json(Value value) {
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isString()) {
            return value.asString();
        }
        if (value.fitsInLong()) {
            return value.asLong();
        }
        if (value.fitsInDouble()) {
            return value.asDouble();
        }
        if (value.isInstant()) {
            return value.asInstant().toString();
        }
        if (value.isHostObject() && value.asHostObject() instanceof View view) {
            return view.toString();
        }
        if (value.hasArrayElements()) {
            var list = new ArrayList<Object>();
            for (long i = 0; i < value.getArraySize(); i++) {
                list.add(json(value.getArrayElement(i)));
            }
            return list;
        }
        if (value.hasMembers() && !value.canExecute()) {
            var map = new LinkedHashMap<String, Object>();
            value.getMemberKeys().forEach(key -> map.put(key, json(value.getMember(key))));
            return map;
        }
        return fail(value, "a string, number, boolean, array or object");
    }
}

package mta.lookup;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;

/**
 * Makes a typed answer of what was found. One value: the text, or the only field. A record: fields by name, or words
 * {@code name=value}. A list: rows, or words. A map: the fields, words, or rows of two fields.
 *
 * <p>Names of fields are compared without regard to case, {@code _} and {@code -}.
 */
public final class Reading {

    private Reading() {}

    /** @throws IllegalArgumentException with a text for the person who keeps the data; never with a secret in it */
    public static Object answer(Question question, Found found) {
        return switch (question.answer()) {
            case ParameterizedType of when of.getRawType() == List.class -> list(of.getActualTypeArguments()[0], found);
            case ParameterizedType of when of.getRawType() == Map.class -> map(found);
            case Class<?> type
            when type.isRecord() && !isScalar(type) -> record(type, fields(single(found)), defaults(question));
            case Class<?> type -> scalar(type, text(single(found)));
            default -> throw new IllegalArgumentException("no text can be a " + question.answer());
        };
    }

    /** What a row need not say, because the question does or because it is nearly always so. */
    private static Map<String, String> defaults(Question question) {
        return switch (question.type()) {
            case "UserFor" -> Map.of("name", question.value("name"), "secret", "", "tenant", "", "enabled", "true");
            case "SourceFor" -> Map.of("name", question.value("source"));
            default -> Map.of();
        };
    }

    private static Map<String, String> single(Found found) {
        if (found.rows().size() != 1) {
            throw new IllegalArgumentException(
                    "one answer is needed, not " + found.rows().size() + " rows");
        }
        return found.rows().getFirst();
    }

    private static String text(Map<String, String> row) {
        if (row.size() != 1) {
            throw new IllegalArgumentException("one value is needed, not " + (row.isEmpty() ? "none" : row.keySet()));
        }
        return row.values().iterator().next();
    }

    private static Map<String, String> fields(Map<String, String> row) {
        String text = row.get("");
        return text == null ? row : pairs(Words.split(text, false));
    }

    private static Map<String, String> pairs(List<String> words) {
        var pairs = new LinkedHashMap<String, String>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("its words are to be name=value"); // unshown: may be a secret
            }
            pairs.put(word.substring(0, equals), Words.unquoted(word.substring(equals + 1)));
        }
        return pairs;
    }

    private static Map<String, String> map(Found found) {
        if (found.rows().size() == 1) {
            return Map.copyOf(fields(found.rows().getFirst()));
        }
        var map = new LinkedHashMap<String, String>();
        for (Map<String, String> row : found.rows()) {
            if (row.size() != 2) {
                throw new IllegalArgumentException("several rows are name and value, not " + row.keySet());
            }
            var values = row.values().iterator();
            map.put(values.next(), values.next());
        }
        return Map.copyOf(map);
    }

    private static List<Object> list(Type of, Found found) {
        var list = new ArrayList<>();
        for (Map<String, String> row : found.rows()) {
            boolean isRecord = of instanceof Class<?> type && type.isRecord() && !isScalar(type);
            if (isRecord && !row.containsKey("")) {
                list.add(record((Class<?>) of, row, Map.of("weight", "1")));
            } else {
                for (String word : Words.split(text(row), true)) {
                    list.add(isRecord ? positional((Class<?>) of, word) : read(of, word));
                }
            }
        }
        return List.copyOf(list);
    }

    /** {@code a=3} as the two components of a record; the second may have a default. */
    private static Object positional(Class<?> type, String word) {
        RecordComponent[] components = type.getRecordComponents();
        var fields = new LinkedHashMap<String, String>();
        int equals = word.indexOf('=');
        fields.put(components[0].getName(), equals < 0 ? word : word.substring(0, equals));
        if (equals >= 0 && components.length > 1) {
            fields.put(components[1].getName(), word.substring(equals + 1));
        }
        return record(type, fields, Map.of("weight", "1"));
    }

    private static Object record(Class<?> type, Map<String, String> row, Map<String, String> defaults) {
        var left = new LinkedHashMap<String, String>();
        row.forEach((name, value) -> left.put(plain(name), value));
        RecordComponent[] components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            types[i] = components[i].getType();
            String given = left.remove(plain(name));
            values[i] = value(components[i], given == null ? defaults.get(name) : given);
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no field " + left.keySet().iterator().next() + ", but "
                            + String.join(
                                    ", ",
                                    Arrays.stream(components)
                                            .map(RecordComponent::getName)
                                            .toList()));
        }
        try {
            return type.getConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be made: " + e, e);
        }
    }

    private static Object value(RecordComponent component, String given) {
        if (given == null) {
            if (component.getType() == Optional.class) {
                return Optional.empty();
            }
            throw new IllegalArgumentException("the field " + component.getName() + " is missing");
        }
        try {
            return read(component.getGenericType(), given);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(component.getName() + ": a number, not '" + given + "'", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(component.getName() + ": " + e.getMessage(), e);
        }
    }

    private static String plain(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static Object read(Type type, String text) {
        return switch (type) {
            case ParameterizedType of
            when of.getRawType() == Optional.class ->
                text.isEmpty() ? Optional.empty() : Optional.of(read(of.getActualTypeArguments()[0], text));
            case ParameterizedType of
            when of.getRawType() == List.class -> list(of.getActualTypeArguments()[0], Found.text(text));
            case Class<?> scalar -> scalar(scalar, text);
            default -> throw new IllegalArgumentException("no text can be a " + type);
        };
    }

    private static boolean isScalar(Class<?> type) {
        return type == Address.class || type == Endpoint.class;
    }

    private static Object scalar(Class<?> type, String text) {
        if (type.isEnum()) {
            return constant(type, text.strip());
        }
        return switch (type.getName()) {
            case "java.lang.String", "java.lang.Object" -> text;
            case "boolean", "java.lang.Boolean" -> flag(text.strip());
            case "int", "java.lang.Integer" -> Integer.valueOf(text.strip());
            case "long", "java.lang.Long" -> Long.valueOf(text.strip());
            case "double", "java.lang.Double" -> Double.valueOf(text.strip());
            case "java.time.Duration" -> Amount.duration(text);
            case "java.net.InetAddress" -> InetAddress.ofLiteral(text.strip());
            case "mta.plugins.api.Address" -> address(text.strip());
            case "mta.plugins.api.io.Endpoint" -> Endpoint.parse(text.strip());
            default -> throw new IllegalArgumentException("no text can be a " + type.getSimpleName());
        };
    }

    private static Object constant(Class<?> type, String text) {
        for (Object each : type.getEnumConstants()) {
            if (each.toString().equalsIgnoreCase(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ", not '" + text + "'");
    }

    /** The words of configuration files, and what databases make of a boolean. */
    private static Boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "t", "y", "1" -> true;
            case "false", "no", "off", "f", "n", "0" -> false;
            default -> throw new IllegalArgumentException("true or false, not '" + text + "'");
        };
    }

    private static Address address(String text) {
        Address address = Address.of(text);
        if (address.isNull() || address.localPart().isEmpty()) {
            throw new IllegalArgumentException("an address, not '" + text + "'");
        }
        return address;
    }
}

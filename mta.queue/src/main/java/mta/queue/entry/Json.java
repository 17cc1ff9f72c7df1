package mta.queue.entry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON values as fields, for the notes of a message: String, Long, Double, Boolean, List, Map with String keys. */
final class Json {

    private static final int TEXT = 1;
    private static final int LONG = 2;
    private static final int DOUBLE = 3;
    private static final int BOOLEAN = 4;
    private static final int LIST = 5;
    private static final int MAP = 6;
    private static final int KEY = 7;

    private Json() {}

    static void write(Writer out, Map<String, Map<String, Object>> notes) {
        notes.forEach((plugin, values) -> {
            out.text(KEY, plugin);
            value(out, values);
        });
    }

    private static void value(Writer out, Object value) {
        switch (value) {
            case String text -> out.text(TEXT, text);
            case Double real -> out.number(DOUBLE, Double.doubleToRawLongBits(real));
            case Float real -> out.number(DOUBLE, Double.doubleToRawLongBits(real));
            case Number number -> out.number(LONG, number.longValue());
            case Boolean flag -> out.number(BOOLEAN, flag ? 1 : 0);
            case List<?> list -> {
                int start = out.begin(LIST);
                list.forEach(each -> value(out, each));
                out.end(start);
            }
            case Map<?, ?> map -> {
                int start = out.begin(MAP);
                map.forEach((key, each) -> {
                    out.text(KEY, key.toString());
                    value(out, each);
                });
                out.end(start);
            }
            default ->
                throw new IllegalArgumentException(
                        "not a JSON value: " + value.getClass().getName());
        }
    }

    static Map<String, Map<String, Object>> read(Reader in) {
        Map<String, Map<String, Object>> notes = new LinkedHashMap<>();
        String plugin = "";
        while (in.next()) {
            if (in.tag() == KEY) {
                plugin = in.text();
            } else if (in.tag() == MAP) {
                notes.put(plugin, map(in.fields()));
            }
        }
        return notes;
    }

    private static Map<String, Object> map(Reader in) {
        Map<String, Object> map = new LinkedHashMap<>();
        String key = "";
        while (in.next()) {
            if (in.tag() == KEY) {
                key = in.text();
            } else {
                map.put(key, value(in));
            }
        }
        return map;
    }

    private static Object value(Reader in) {
        return switch (in.tag()) {
            case TEXT -> in.text();
            case LONG -> in.number();
            case DOUBLE -> in.real();
            case BOOLEAN -> in.flag();
            case LIST -> {
                List<Object> list = new ArrayList<>();
                Reader each = in.fields();
                while (each.next()) {
                    list.add(value(each));
                }
                yield list;
            }
            case MAP -> map(in.fields());
            default -> throw new BadEntry("a note of unknown type " + in.tag());
        };
    }
}

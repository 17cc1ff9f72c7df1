package mta.plugins.api.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An event. Each kind is a record of this package; whatever a plugin wants to add is an {@link Event}. Formats need not
 * know the kinds: {@link #describe} names every field.
 */
@ProviderType
public interface LogRecord {

    Instant time();

    /** {@code Reception}, {@code Delivery} ...; the simple name of the record, or the name given to an event. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** Tells all fields but time and kind, in a fixed order; those without a value are left out. */
    void describe(Fields out);

    /** Takes the fields of a record, one after the other. Names are lower camel case. */
    interface Fields {
        void text(String name, String value);

        void number(String name, long value);

        void flag(String name, boolean value);

        void texts(String name, java.util.List<String> values);

        default void time(String name, Instant value) {
            text(name, value.toString());
        }

        /** In milliseconds, under the given name with {@code Millis} behind it. */
        default void duration(String name, Duration value) {
            number(name + "Millis", value.toMillis());
        }
    }

    /**
     * An event of a plugin, or of the host where no other kind fits.
     *
     * @param values String, Number, Boolean or a List of String
     */
    record Event(Instant time, String kind, Map<String, Object> values) implements LogRecord {
        public Event {
            values = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(values));
        }

        @Override
        public void describe(Fields out) {
            values.forEach((name, value) -> {
                switch (value) {
                    case Boolean flag -> out.flag(name, flag);
                    case Double number -> out.text(name, number.toString());
                    case Number number -> out.number(name, number.longValue());
                    case java.util.List<?> many ->
                        out.texts(name, many.stream().map(Object::toString).toList());
                    default -> out.text(name, value.toString());
                }
            });
        }
    }
}

package mta.lookup;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a source holds for a question, before anybody knows what it means: rows of named fields. A text without a name
 * is a field named {@code ""}.
 *
 * @param ttl how long it is good for, where the source says so
 */
public record Found(List<Map<String, String>> rows, Optional<Duration> ttl) {

    public Found {
        rows = List.copyOf(rows);
    }

    public Found(List<Map<String, String>> rows) {
        this(rows, Optional.empty());
    }

    public Found withTtl(Optional<Duration> said) {
        return new Found(rows, said);
    }

    public static Found text(String text) {
        return new Found(List.of(Map.of("", text)));
    }

    public static Found texts(List<String> texts) {
        return new Found(texts.stream().map(text -> Map.of("", text)).toList());
    }

    /** @param fields in the order of their columns */
    public static Found row(Map<String, String> fields) {
        return new Found(List.of(fields));
    }
}

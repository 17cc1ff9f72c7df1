package mta.testkit.plugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Notes;

/** Notes, written in the name space of the plugin under test: {@code test}. */
public final class TestNotes implements Notes {

    static final String PLUGIN = "test";

    private final Edits edits;
    private final Map<String, Map<String, Object>> all = new LinkedHashMap<>();

    TestNotes(Edits edits) {
        this.edits = edits;
    }

    /** What another plugin has noted before. */
    public TestNotes with(String plugin, String key, Object json) {
        requireJson(json);
        all.computeIfAbsent(plugin, name -> new LinkedHashMap<>()).put(key, json);
        return this;
    }

    @Override
    public Optional<Object> find(String key) {
        return find(PLUGIN, key);
    }

    @Override
    public Optional<Object> find(String plugin, String key) {
        return Optional.ofNullable(all.getOrDefault(plugin, Map.of()).get(key));
    }

    @Override
    public void put(String key, Object json) {
        requireJson(json);
        edits.edit("note " + key + "=" + json, () -> with(PLUGIN, key, json));
    }

    @Override
    public Map<String, Map<String, Object>> all() {
        var copy = new LinkedHashMap<String, Map<String, Object>>();
        all.forEach((plugin, notes) -> copy.put(plugin, Map.copyOf(notes)));
        return copy;
    }

    private static void requireJson(Object value) {
        switch (value) {
            case String _, Long _, Double _, Boolean _ -> {}
            case List<?> list -> list.forEach(TestNotes::requireJson);
            case Map<?, ?> map ->
                map.forEach((key, inner) -> {
                    requireJson(inner);
                    if (!(key instanceof String)) {
                        throw new IllegalArgumentException("a key in a note is a String, not " + key);
                    }
                });
            default ->
                throw new IllegalArgumentException(
                        "a note is JSON: String, Long, Double, Boolean, List or Map, not " + value.getClass());
        }
    }
}

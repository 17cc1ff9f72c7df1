package mta.core.intake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Notes;
import mta.plugins.api.hooks.Call;

/** Notes as one call sees them: its plugin writes under its own name. */
public final class NotesView implements Notes {

    private final Map<String, Map<String, Object>> notes;
    private final Call call;

    /** @param notes changed when the call is over; belongs to the thread of the session or attempt */
    public NotesView(Map<String, Map<String, Object>> notes, Call call) {
        this.notes = notes;
        this.call = call;
    }

    @Override
    public Optional<Object> find(String key) {
        return find(call.plugin(), key);
    }

    @Override
    public Optional<Object> find(String plugin, String key) {
        return Optional.ofNullable(notes.getOrDefault(plugin, Map.of()).get(key));
    }

    @Override
    public void put(String key, Object json) {
        check(json);
        String plugin = call.plugin();
        call.edit(
                () -> notes.computeIfAbsent(plugin, _ -> new LinkedHashMap<>()).put(key, json));
    }

    private static void check(Object json) {
        switch (json) {
            case String _, Long _, Integer _, Double _, Boolean _ -> {}
            case List<?> list -> list.forEach(NotesView::check);
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    if (!(key instanceof String)) {
                        throw new IllegalArgumentException("a key in a note is not a string: " + key);
                    }
                    check(value);
                });
            case null -> throw new IllegalArgumentException("a note cannot be null");
            default ->
                throw new IllegalArgumentException(
                        "not JSON: " + json.getClass().getName());
        }
    }

    @Override
    public Map<String, Map<String, Object>> all() {
        var copy = new LinkedHashMap<String, Map<String, Object>>();
        notes.forEach((plugin, own) -> copy.put(plugin, Map.copyOf(own)));
        return copy;
    }
}

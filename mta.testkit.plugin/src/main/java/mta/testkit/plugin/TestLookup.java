package mta.testkit.plugin;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Query;

/** Policies as a map. A query that nobody answered before is not found. Thread-safe. */
public final class TestLookup implements Lookup {

    private final Map<Query<?>, Object> answers = new ConcurrentHashMap<>();
    private final Map<Query<?>, String> failures = new ConcurrentHashMap<>();

    public <V> TestLookup with(Query<V> query, V answer) {
        answers.put(query, answer);
        return this;
    }

    /** This query cannot be told. */
    public TestLookup failing(Query<?> query, String why) {
        failures.put(query, why);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked") // with() took the answer together with its query
    public <V> Optional<V> find(Query<V> query) throws Unresolved {
        if (failures.containsKey(query)) {
            throw new Unresolved(failures.get(query));
        }
        return Optional.ofNullable((V) answers.get(query));
    }

    @Override
    public void forget(Class<? extends Query<?>> type) {
        // nothing is cached
    }
}

package mta.lookup;

import java.time.Duration;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Plugin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Query;

/** Answers queries of any type from sources, one for each kind. Thread-safe. */
public final class SourcePolicy implements Policy<Query<Object>, Object> {

    private final Map<String, Source> sources;
    private final Lifetimes lifetimes;

    /** @param sources by kind of query, as {@link Queries} writes them */
    public SourcePolicy(Map<String, Source> sources, Lifetimes lifetimes) {
        this.sources = Map.copyOf(sources);
        this.lifetimes = lifetimes;
    }

    @Override
    @SuppressWarnings("unchecked") // the class of all queries, whatever they answer
    public Class<Query<Object>> query() {
        return (Class<Query<Object>>) (Class<?>) Query.class;
    }

    @Override
    public Duration notFoundTtl() {
        return lifetimes.notFound();
    }

    @Override
    public Optional<Answer<Object>> find(Query<Object> query) throws Exception {
        Question question = Question.of(query);
        Source source = sources.get(question.table().isEmpty() ? question.type() : "Table." + question.table());
        if (source == null) {
            source = sources.get(question.type());
        }
        if (source == null) {
            return Optional.empty();
        }
        Optional<Found> found = source.ask(question);
        return found.map(rows ->
                new Answer<>(Reading.answer(question, rows), rows.ttl().orElse(lifetimes.found()), lifetimes.stale()));
    }

    /** The properties of its service: its name, and what it is to be asked. */
    public Dictionary<String, Object> properties(String plugin) {
        Set<String> types = new HashSet<>();
        Set<String> tables = new HashSet<>();
        for (String query : sources.keySet()) {
            if (query.startsWith("Table.")) {
                types.add("Table");
                tables.add(query.substring("Table.".length()));
            } else {
                types.add(query.substring(query.lastIndexOf('.') + 1));
            }
        }
        var properties = new Hashtable<String, Object>();
        properties.put(Plugin.PROPERTY, plugin);
        properties.put(Selector.PROPERTY_PREFIX + "query", types.toArray(String[]::new));
        if (!tables.isEmpty() && !sources.containsKey("Table")) {
            tables.add(""); // other queries are about no table
            properties.put(Selector.PROPERTY_PREFIX + "table", tables.toArray(String[]::new));
        }
        return properties;
    }
}

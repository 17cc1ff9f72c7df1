package mta.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Query;

/**
 * Answers from the first policy that knows one: cached for its time to live, asked for once however many wait, and kept
 * as a stale answer for when the source fails. Bindings choose queries with {@code when: {query: [DomainFor]}}.
 * Thread-safe; the policy runs on the thread that asks first, the others wait for it.
 */
public final class PolicyLookup implements Lookup {

    private static final int MAX_ENTRIES = 100_000;
    private static final Duration NOT_FOUND = Duration.ofSeconds(10);
    private static final Duration STALE = Duration.ofHours(1);

    private final HookPoints hooks;
    private final InstantSource clock;
    /** Raw: which queries a policy answers is for the policy to say. */
    @SuppressWarnings("rawtypes")
    private final Stage<Policy> find;

    private final Map<Query<?>, FutureTask<Known>> asking = new ConcurrentHashMap<>();

    /** Least recently used first; guarded by itself. */
    private final Map<Query<?>, Known> cache = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Query<?>, Known> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Known(Optional<?> value, Instant fresh, Instant stale) {}

    public PolicyLookup(HookPoints hooks, InstantSource clock) {
        this.hooks = hooks;
        this.clock = clock;
        this.find = hooks.point(Policy.class).stage("find");
    }

    @Override
    @SuppressWarnings("unchecked") // an entry's value belongs to its query
    public <V> Optional<V> find(Query<V> query) throws Unresolved {
        Selector selector = selector(query);
        try (Pin pin = hooks.pin()) {
            if (!find.bound(pin, selector)) {
                return Optional.empty();
            }
            Instant now = clock.instant();
            Known known = cached(query);
            if (known != null && now.isBefore(known.fresh())) {
                return (Optional<V>) known.value();
            }
            try {
                return (Optional<V>) ask(query, pin, selector).value();
            } catch (Unresolved e) {
                if (known != null && now.isBefore(known.stale())) {
                    return (Optional<V>) known.value();
                }
                throw e;
            }
        }
    }

    private Known cached(Query<?> query) {
        synchronized (cache) {
            return cache.get(query);
        }
    }

    private Known ask(Query<?> query, Pin pin, Selector selector) throws Unresolved {
        var mine = new FutureTask<>(() -> {
            Known answered = known(answer(query, pin, selector));
            synchronized (cache) {
                cache.put(query, answered);
            }
            return answered;
        });
        FutureTask<Known> other = asking.putIfAbsent(query, mine);
        if (other == null) {
            try {
                mine.run();
            } finally {
                asking.remove(query, mine);
            }
        }
        try {
            return (other == null ? mine : other).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Unresolved unresolved
                    ? unresolved
                    : new Unresolved("look-up of " + query, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unresolved("look-up of " + query + " was interrupted");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a policy's query type is compared before it is asked
    private Optional<Answer<?>> answer(Query<?> query, Pin pin, Selector selector) throws Unresolved {
        return find.<Answer<?>>resolve(
                pin,
                selector,
                (policy, _) -> policy.query() == query.getClass() ? (Optional) policy.find(query) : Optional.empty());
    }

    private Known known(Optional<Answer<?>> answer) {
        Instant now = clock.instant();
        Instant fresh = now.plus(answer.map(Answer::ttl).orElse(NOT_FOUND));
        return new Known(answer.map(Answer::value), fresh, fresh.plus(STALE));
    }

    private static Selector selector(Query<?> query) {
        return key -> key.equals("query") ? query.getClass().getSimpleName() : "";
    }

    @Override
    public void forget(Class<? extends Query<?>> type) {
        synchronized (cache) {
            cache.keySet().removeIf(type::isInstance);
        }
    }
}

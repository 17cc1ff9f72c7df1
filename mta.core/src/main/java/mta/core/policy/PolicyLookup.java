package mta.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
import mta.plugins.api.policy.Table;

/**
 * Answers from the first policy that knows one: cached for its time to live, asked for once however many wait, and kept
 * as a stale answer for when the source fails. That nobody knew is believed for the shortest time that one of those who
 * were asked allows, and never kept as stale: mail must not bounce because a database is away. Thread-safe; the policy
 * runs on the thread that asks first, the others wait for it.
 */
public final class PolicyLookup implements Lookup {

    /** How long nobody's knowing is believed when nobody who was asked says. */
    private static final Duration NOT_FOUND = Duration.ofSeconds(10);

    private static final int MOST_FOUND = 100_000;

    /** Apart, so that guesses at names, of which there is no end, do not push out what is there. */
    private static final int MOST_NOT_FOUND = 20_000;

    private final HookPoints hooks;
    private final InstantSource clock;
    /** Raw: which queries a policy answers is for the policy to say. */
    @SuppressWarnings("rawtypes")
    private final Stage<Policy> find;

    private final Map<Query<?>, FutureTask<Known>> asking = new ConcurrentHashMap<>();

    // The caches and the count of forgettings are guarded by found.
    private final Map<Query<?>, Known> found = new Recent(MOST_FOUND);
    private final Map<Query<?>, Known> notFound = new Recent(MOST_NOT_FOUND);
    private long forgettings;

    /** @param plan under which it was answered: with other bindings or plugins somebody else may know better */
    private record Known(Optional<?> value, Instant fresh, Instant stale, long plan) {

        boolean isFresh(Instant now, long currentPlan) {
            return now.isBefore(fresh) && plan >= currentPlan;
        }

        Known outdated() {
            return new Known(value, Instant.MIN, stale, plan);
        }
    }

    /** Least recently used first. */
    private static final class Recent extends LinkedHashMap<Query<?>, Known> {
        private static final long serialVersionUID = 1L;
        private final int most;

        Recent(int most) {
            super(1024, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Query<?>, Known> eldest) {
            return size() > most;
        }
    }

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
            if (known != null && known.isFresh(now, pin.plan())) {
                return (Optional<V>) known.value();
            }
            try {
                return (Optional<V>) ask(query, pin, selector).value();
            } catch (Unresolved e) {
                if (known != null && known.value().isPresent() && now.isBefore(known.stale())) {
                    return (Optional<V>) known.value();
                }
                throw e;
            }
        }
    }

    private Known cached(Query<?> query) {
        synchronized (found) {
            Known known = found.get(query);
            return known == null ? notFound.get(query) : known;
        }
    }

    private Known ask(Query<?> query, Pin pin, Selector selector) throws Unresolved {
        var mine = new FutureTask<>(() -> {
            long before = forgettings();
            Known answered = answer(query, pin, selector);
            keep(query, answered, before);
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

    private long forgettings() {
        synchronized (found) {
            return forgettings;
        }
    }

    /** @param before how often things were forgotten when it was asked: what is older than a forgetting is outdated */
    private void keep(Query<?> query, Known answered, long before) {
        Instant now = clock.instant();
        boolean isFound = answered.value().isPresent();
        boolean lasts = now.isBefore(answered.fresh()) || isFound && now.isBefore(answered.stale());
        synchronized (found) {
            found.remove(query);
            notFound.remove(query);
            if (lasts) {
                (isFound ? found : notFound).put(query, before == forgettings ? answered : answered.outdated());
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a policy's query type is compared before it is asked
    private Known answer(Query<?> query, Pin pin, Selector selector) throws Unresolved {
        var asked = new ConcurrentLinkedQueue<Duration>();
        Optional<Answer<?>> answer = find.<Answer<?>>resolve(pin, selector, (policy, _) -> {
            if (!policy.query().isInstance(query)) {
                return Optional.empty();
            }
            Optional given = policy.find(query);
            if (given != null && given.isEmpty()) {
                asked.add(policy.notFoundTtl());
            }
            return given;
        });
        Instant now = clock.instant();
        if (answer.isEmpty()) {
            Duration ttl = asked.stream().min(Duration::compareTo).orElse(NOT_FOUND);
            return new Known(answer, now.plus(ttl), Instant.MIN, pin.plan());
        }
        Instant fresh = now.plus(answer.get().ttl());
        return new Known(
                answer.map(Answer::value), fresh, fresh.plus(answer.get().stale()), pin.plan());
    }

    /** The query's kind, and for a table its name. */
    private static Selector selector(Query<?> query) {
        return key -> switch (key) {
            case "query" -> query.getClass().getSimpleName();
            case "table" -> query instanceof Table table ? table.name() : "";
            default -> "";
        };
    }

    /** What is being asked at this moment may be answered from before: it is kept as outdated, and nobody joins it. */
    @Override
    public void forget(Class<? extends Query<?>> type) {
        synchronized (found) {
            forgettings++;
            found.replaceAll((query, known) -> type.isInstance(query) ? known.outdated() : known);
            notFound.keySet().removeIf(type::isInstance);
            asking.keySet().removeIf(type::isInstance);
        }
    }
}

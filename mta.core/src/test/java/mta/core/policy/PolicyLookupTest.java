package mta.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyLookupTest {

    private static final Table QUERY = new Table("colours", "sky");

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final HookRunner hooks = new HookRunner(_ -> {}, time::get);
    private final PolicyLookup lookup = new PolicyLookup(hooks, time::get);
    private final Colours colours = new Colours();

    /** A source with a switch for trouble. */
    private static final class Colours implements Policy<Table, String> {
        final AtomicInteger asked = new AtomicInteger();
        volatile Optional<String> colour = Optional.of("blue");
        volatile boolean away;
        volatile Duration ttl = Duration.ofMinutes(1);
        volatile Duration stale = Duration.ofHours(1);
        volatile CountDownLatch entered = new CountDownLatch(0);
        volatile CountDownLatch proceed = new CountDownLatch(0);

        @Override
        public Class<Table> query() {
            return Table.class;
        }

        @Override
        public Duration notFoundTtl() {
            return Duration.ofSeconds(30);
        }

        @Override
        public Optional<Answer<String>> find(Table query) throws Exception {
            asked.incrementAndGet();
            if (away) {
                throw new IOException("away");
            }
            Optional<String> now = colour;
            entered.countDown();
            proceed.await(1, TimeUnit.MINUTES);
            return now.map(text -> new Answer<>(text, ttl, stale));
        }
    }

    @BeforeEach
    void bind() {
        hooks.register(Policy.class, colours, Map.of("mta.plugin", "colours"));
        hooks.bind(List.of(Binding.parse(
                "colours", Map.of("plugin", "colours", "point", "Policy", "stages", "find", "timeout", "1m"))));
    }

    @AfterEach
    void close() {
        hooks.close();
    }

    private void later(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    @Test
    void anAnswerIsBelievedForItsTime() throws Unresolved {
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
        colours.colour = Optional.of("grey");
        later(Duration.ofSeconds(59));
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
        later(Duration.ofSeconds(2));
        assertEquals(Optional.of("grey"), lookup.find(QUERY));
        assertEquals(2, colours.asked.get());
    }

    @Test
    void notFoundIsBelievedForAsLongAsThePolicySays() throws Unresolved {
        colours.colour = Optional.empty();
        assertEquals(Optional.empty(), lookup.find(QUERY));
        colours.colour = Optional.of("blue");
        later(Duration.ofSeconds(29));
        assertEquals(Optional.empty(), lookup.find(QUERY));
        later(Duration.ofSeconds(2));
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
    }

    @Test
    void aStaleAnswerServesWhileTheSourceIsAway() throws Unresolved {
        lookup.find(QUERY);
        colours.away = true;
        later(Duration.ofMinutes(60));
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
        later(Duration.ofMinutes(2));
        assertThrows(Unresolved.class, () -> lookup.find(QUERY));
    }

    @Test
    void withoutStaleTimeTheSourceMustAnswer() throws Unresolved {
        colours.stale = Duration.ZERO;
        lookup.find(QUERY);
        colours.away = true;
        later(Duration.ofMinutes(2));
        assertThrows(Unresolved.class, () -> lookup.find(QUERY));
    }

    @Test
    void notFoundIsNeverStale() throws Unresolved {
        colours.colour = Optional.empty();
        lookup.find(QUERY);
        colours.away = true;
        later(Duration.ofSeconds(31));
        assertThrows(Unresolved.class, () -> lookup.find(QUERY), "not found is not: cannot tell");
    }

    @Test
    void whatIsForgottenIsAskedAgainAndServesAsStale() throws Unresolved {
        lookup.find(QUERY);
        colours.colour = Optional.of("grey");
        lookup.forget(DomainFor.class);
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
        lookup.forget(Table.class);
        assertEquals(Optional.of("grey"), lookup.find(QUERY));
        lookup.forget(Table.class);
        colours.away = true;
        assertEquals(Optional.of("grey"), lookup.find(QUERY));
    }

    @Test
    void anAnswerFromBeforeAForgettingIsNotKept() throws Exception {
        colours.entered = new CountDownLatch(1);
        colours.proceed = new CountDownLatch(1);
        var first = new AtomicReference<Optional<String>>();
        Thread slow = Thread.ofVirtual().start(() -> {
            try {
                first.set(lookup.find(QUERY));
            } catch (Unresolved e) {
                throw new IllegalStateException(e);
            }
        });
        colours.entered.await(1, TimeUnit.MINUTES);
        colours.colour = Optional.of("grey");
        lookup.forget(Table.class);
        colours.proceed.countDown();
        slow.join();
        assertEquals(Optional.of("blue"), first.get());
        assertEquals(Optional.of("grey"), lookup.find(QUERY));
    }

    @Test
    void manyWhoAskAtTheSameTimeAskOnce() throws Exception {
        colours.entered = new CountDownLatch(1);
        colours.proceed = new CountDownLatch(1);
        Runnable ask = () -> {
            try {
                assertEquals(Optional.of("blue"), lookup.find(QUERY));
            } catch (Unresolved e) {
                throw new IllegalStateException(e);
            }
        };
        Thread first = Thread.ofVirtual().start(ask);
        colours.entered.await(1, TimeUnit.MINUTES);
        var others = List.of(
                Thread.ofVirtual().start(ask),
                Thread.ofVirtual().start(ask),
                Thread.ofVirtual().start(ask));
        while (others.stream().anyMatch(thread -> thread.getState() == Thread.State.NEW)) {
            Thread.onSpinWait();
        }
        colours.proceed.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertEquals(1, colours.asked.get());
    }

    @Test
    void aNewPluginIsAskedAtOnce() throws Exception {
        lookup.find(QUERY);
        colours.colour = Optional.of("grey");
        try (var _ = hooks.register(Policy.class, new Everything(), Map.of("mta.plugin", "unbound"))) {
            assertEquals(Optional.of("grey"), lookup.find(QUERY));
        }
    }

    /** Knows queries of any type. */
    private static final class Everything implements Policy<Query<Object>, Object> {
        @Override
        @SuppressWarnings("unchecked") // the class of all queries, whatever they answer
        public Class<Query<Object>> query() {
            return (Class<Query<Object>>) (Class<?>) Query.class;
        }

        @Override
        public Optional<Answer<Object>> find(Query<Object> query) throws IOException {
            if (query.equals(new DomainFor("away.example"))) {
                throw new IOException("away");
            }
            return Optional.of(new Answer<>(DomainFor.Role.LOCAL, Duration.ZERO));
        }
    }

    @Test
    void aPolicyOfSeveralTypesIsAskedAboutThoseThatItNamesOnly() throws Unresolved {
        hooks.register(Policy.class, new Everything(), Map.of("mta.plugin", "all", "mta.when.query", new String[] {
            "DomainFor", "UserFor"
        }));
        hooks.bind(List.of(Binding.of("all", "all", "Policy", "find")));
        assertEquals(Optional.of(DomainFor.Role.LOCAL), lookup.find(new DomainFor("a.example")));
        assertEquals(Optional.empty(), lookup.find(QUERY));
        for (int i = 0; i < 30; i++) {
            assertThrows(Unresolved.class, () -> lookup.find(new DomainFor("away.example")));
        }
        assertEquals(Optional.empty(), lookup.find(QUERY), "its open breaker is nobody else's trouble");
    }

    @Test
    void bindingsChooseTables() throws Unresolved {
        hooks.bind(List.of(Binding.parse(
                "colours",
                Map.of(
                        "plugin",
                        "colours",
                        "point",
                        "Policy",
                        "stages",
                        "find",
                        "when.query",
                        "Table",
                        "when.table",
                        "colours"))));
        assertEquals(Optional.of("blue"), lookup.find(QUERY));
        assertEquals(Optional.empty(), lookup.find(new Table("sounds", "sky")));
    }
}

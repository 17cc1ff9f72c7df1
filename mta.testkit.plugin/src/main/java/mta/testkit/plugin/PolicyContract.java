package mta.testkit.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Query;
import org.junit.jupiter.api.Test;

/**
 * What whoever asks relies on in any {@link Policy}: "not there" and "cannot tell" are different things. Extend it in the
 * tests of one.
 */
public abstract class PolicyContract<Q extends Query<V>, V> {

    /** A policy in a scene where it can tell. Called for each test. */
    protected abstract Policy<Q, V> policy() throws Exception;

    /** A query that it has an answer to. */
    protected abstract Q known();

    /** That answer. */
    protected abstract V answer();

    /** A query of its type that it has no answer to. */
    protected abstract Q unknown();

    /** One whose source is away; empty if that cannot be. */
    protected Optional<Policy<Q, V>> failing() throws Exception {
        return Optional.empty();
    }

    @Test
    protected void itSaysWhichQueriesItAnswers() throws Exception {
        assertInstanceOf(policy().query(), known());
        assertEquals(known(), known(), "equal questions share a cache entry");
        assertEquals(known().hashCode(), known().hashCode());
    }

    @Test
    protected void whatItKnowsItTellsEachTime() throws Exception {
        Policy<Q, V> policy = policy();
        for (int i = 0; i < 3; i++) {
            Answer<V> answer = policy.find(known()).orElseThrow();
            assertEquals(answer(), answer.value());
            assertFalse(answer.ttl().isNegative());
        }
    }

    @Test
    protected void whatItDoesNotKnowIsEmpty() throws Exception {
        Policy<Q, V> policy = policy();
        assertTrue(policy.find(unknown()).isEmpty());
        assertTrue(policy.find(known()).isPresent(), "and others are not affected");
    }

    @Test
    protected void manyMayAskAtOnce() throws Exception {
        Policy<Q, V> policy = policy();
        var failure = new AtomicReference<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int ask = 0; ask < 50; ask++) {
                        assertEquals(
                                answer(), policy.find(known()).orElseThrow().value());
                        assertTrue(policy.find(unknown()).isEmpty());
                    }
                } catch (Exception | AssertionError e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError("asked by many", failure.get());
        }
    }

    /** Empty would mean that there is no such user or domain, and refuse mail for good. */
    @Test
    protected void whoCannotTellThrows() throws Exception {
        Optional<Policy<Q, V>> failing = failing();
        if (failing.isPresent()) {
            assertThrows(Exception.class, () -> failing.get().find(known()));
            assertThrows(Exception.class, () -> failing.get().find(unknown()));
        }
    }
}

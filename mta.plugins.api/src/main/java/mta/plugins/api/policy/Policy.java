package mta.plugins.api.policy;

import java.time.Duration;
import java.util.Optional;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers queries of one type. The first binding that has an answer wins; answers are cached for their time to live,
 * asked for once however many wait (single flight), and kept as stale answers for when the source fails. That nobody
 * knew an answer is believed for a time too, but never once it cannot be told any more. Thread-safe; called on the
 * thread that asks.
 *
 * <p>Bindings choose queries with {@code when: {query: [DomainFor]}} and tables with {@code when: {table: greylist}}.
 */
@ConsumerType
public interface Policy<Q extends Query<V>, V> {

    /**
     * The type of queries it answers. One that answers several names a type that they share ({@code Query.class}: all),
     * and by the service property {@code mta.when.query} their simple names.
     */
    Class<Q> query();

    /** How long it may be believed that this policy knows no answer, if nobody else knows one. */
    default Duration notFoundTtl() {
        return Duration.ofSeconds(10);
    }

    /** Empty: not mine, or not there. Thrown: cannot tell. */
    @Hook(value = Kind.RESOLVE, timeoutMillis = 2_000)
    default Optional<Answer<V>> find(Q query) throws Exception {
        return Optional.empty();
    }
}

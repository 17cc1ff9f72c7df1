package mta.plugins.api.policy;

import java.util.Optional;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers queries of one type. The first binding that has an answer wins; answers are cached for their time to live,
 * asked for once however many wait (single flight), and kept as stale answers for when the source fails. Thread-safe;
 * called on the thread that asks.
 */
@ConsumerType
public interface Policy<Q extends Query<V>, V> {

    /** The type of queries it answers. */
    Class<Q> query();

    /** Empty: not mine, or not there. Thrown: cannot tell. */
    @Hook(value = Kind.RESOLVE, timeoutMillis = 2_000)
    default Optional<Answer<V>> find(Q query) throws Exception {
        return Optional.empty();
    }
}

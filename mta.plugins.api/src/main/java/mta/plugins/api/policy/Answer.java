package mta.plugins.api.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * @param ttl how long the answer may be believed; zero: it is asked for each time
 * @param stale how long after that it may still be given while nobody can tell a newer one; zero: not at all
 */
public record Answer<V>(V value, Duration ttl, Duration stale) {

    /** For {@link #stale} where nobody says. */
    public static final Duration STALE = Duration.ofHours(1);

    public Answer {
        Objects.requireNonNull(value);
        Objects.requireNonNull(ttl);
        Objects.requireNonNull(stale);
    }

    public Answer(V value, Duration ttl) {
        this(value, ttl, STALE);
    }
}

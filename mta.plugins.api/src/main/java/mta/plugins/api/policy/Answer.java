package mta.plugins.api.policy;

import java.time.Duration;
import java.util.Objects;

/** @param ttl how long the answer may be believed; zero: do not cache */
public record Answer<V>(V value, Duration ttl) {
    public Answer {
        Objects.requireNonNull(value);
        Objects.requireNonNull(ttl);
    }
}

package mta.lookup;

import java.time.Duration;
import mta.plugins.api.config.Amount;

/**
 * How long answers are good for.
 *
 * @param found believed without asking again
 * @param notFound believed that there is none
 * @param stale after that, given while nobody can tell a newer one; what was not found never is
 */
public record Lifetimes(Duration found, Duration notFound, Duration stale) {

    /** As settings write them. @throws IllegalArgumentException with a text for the person who wrote it */
    public static Lifetimes of(String ttl, String notFoundTtl, String stale) {
        return new Lifetimes(Amount.duration(ttl), Amount.duration(notFoundTtl), Amount.duration(stale));
    }
}

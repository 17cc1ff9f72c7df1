package plugins.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * A rule and its buckets, one for each key. A bucket that nobody has used for a period is full again and is forgotten;
 * beyond the rule's number of keys those used least are. Thread-safe.
 */
final class Limit {

    /** How a bucket stands. */
    record Standing(String key, long left, Duration full) {}

    private final Rule rule;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets;
    private final LongAdder refused = new LongAdder();

    Limit(Rule rule, InstantSource clock) {
        this.rule = rule;
        time = new Time(clock);
        buckets = Caffeine.newBuilder()
                .maximumSize(rule.maxKeys())
                .expireAfterAccess(rule.period())
                .ticker(time::currentTimeNanos)
                .executor(Runnable::run) // its own would be the common pool, whose threads keep our classes alive
                .build();
    }

    private record Time(InstantSource clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    Rule rule() {
        return rule;
    }

    /** Empty where the limit does not apply. */
    Optional<Claim> claim(Event event) {
        return rule.key(event)
                .map(key -> new Claim(this, buckets.get(key, _ -> full()), Math.min(event.amount(), rule.amount())));
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(rule.amount()).refillGreedy(rule.amount(), rule.period()))
                .withCustomTimePrecision(time)
                .build();
    }

    /** An event at a bucket. One larger than the bucket takes all of it, or it would never pass. */
    record Claim(Limit limit, Bucket bucket, long amount) {

        boolean fits() {
            return bucket.getAvailableTokens() >= amount;
        }

        boolean take() {
            return bucket.tryConsume(amount);
        }
    }

    void refuse() {
        refused.increment();
    }

    long refused() {
        return refused.sum();
    }

    long keys() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    /** Those with the least left first. */
    List<Standing> standings(int count) {
        return buckets.asMap().entrySet().stream()
                .map(entry -> standing(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Standing::left).thenComparing(Standing::key))
                .limit(count)
                .toList();
    }

    private Standing standing(String key, Bucket bucket) {
        long left = bucket.getAvailableTokens();
        double part = (rule.amount() - left) / (double) rule.amount();
        return new Standing(key, left, Duration.ofMillis((long) (rule.period().toMillis() * part)));
    }

    /** @return whether there was such a bucket */
    boolean reset(String key) {
        return buckets.asMap().remove(key) != null;
    }

    void resetAll() {
        buckets.invalidateAll();
    }
}

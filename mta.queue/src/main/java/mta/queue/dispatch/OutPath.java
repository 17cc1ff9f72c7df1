package mta.queue.dispatch;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Hop;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;
import mta.queue.index.Index;
import mta.queue.schedule.FairQueue;

/**
 * A way out of this node: queues feed it, its couriers own its channels, limits and backoff hold for it. Guarded by the
 * lock of the ledger.
 */
final class OutPath {

    final PathKey key;
    final FairQueue turns;
    final Replies replies = new Replies();
    final Set<Courier> couriers = new HashSet<>();
    final ArrayDeque<Courier> idle = new ArrayDeque<>();
    final TokenBucket bucket;

    /** As it is now; channels keep the one they were opened with. */
    volatile Path path;

    volatile List<Hop> hops;
    String tenant;
    String destination;

    /** Couriers whose channel is not open yet. */
    int opening;

    /** Couriers whose channel is open. */
    int established;

    /** In a row, since somebody was last reached. */
    int failures;

    /** No new channel before. */
    long backoffUntil;

    Optional<Reply> lastReply = Optional.empty();
    long timerAt;
    long lastUsed;
    long delivered;

    /** No longer among the paths, because nothing used it. */
    boolean dropped;

    OutPath(PathKey key, Index index, Source source, PathSettings settings, List<Hop> hops, long now) {
        this.key = key;
        this.turns = new FairQueue(index);
        this.path = new Path(key.transport(), key.site(), source, settings);
        this.hops = hops;
        this.bucket = new TokenBucket(settings.rate(), now);
        this.lastUsed = now;
    }

    PathSettings settings() {
        return path.settings();
    }

    void settings(PathSettings settings, Source source) {
        if (!settings.equals(path.settings()) || !source.equals(path.source())) {
            bucket.rate(settings.rate());
            path = new Path(key.transport(), key.site(), source, settings);
        }
    }

    /** How many channels it may have now: after a failure one, which probes. */
    int limit() {
        return failures > 0 ? 1 : settings().connections();
    }

    /** The rest doubles with every failure in a row. */
    long rest() {
        long first = settings().backoff().toMillis();
        long most = Math.max(first, settings().maxBackoff().toMillis());
        return Math.min(most, first << Math.min(20, Math.max(0, failures - 1)));
    }
}

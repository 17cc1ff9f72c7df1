package mta.queue.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Unresolved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where destinations are served: asked of plugins, then of the transport, once however many wait, and believed for the
 * answer's time to live. Called on virtual threads, under no lock.
 */
final class Destinations {

    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);
    private static final int MANY = 200_000;
    private static final long UNKNOWN_MILLIS = 5_000;
    private static final long UNROUTABLE_MILLIS = 300_000;
    private static final Duration LONGEST = Duration.ofDays(1);

    private record Key(String transport, String target) {}

    private static final class Known {
        final ReentrantLock asking = new ReentrantLock();
        volatile Resolution resolution;
        volatile long until;
    }

    private final Hooks hooks;
    private final InstantSource clock;
    private final ConcurrentHashMap<Key, Known> known = new ConcurrentHashMap<>();

    Destinations(Hooks hooks, InstantSource clock) {
        this.hooks = hooks;
        this.clock = clock;
    }

    /** @param until milliseconds since 1970 until when it may be believed */
    record Answer(Resolution resolution, long until) {}

    Answer find(String transport, String target, Selector selector) {
        if (known.size() > MANY) {
            long now = clock.millis();
            known.values().removeIf(each -> each.until < now && !each.asking.isLocked());
        }
        Known found = known.computeIfAbsent(new Key(transport, target), _ -> new Known());
        Answer answer = fresh(found);
        if (answer != null) {
            return answer;
        }
        found.asking.lock();
        try {
            answer = fresh(found);
            if (answer != null) {
                return answer;
            }
            Resolution resolution = ask(transport, target, selector);
            long until = clock.millis() + ttl(resolution);
            found.until = 0;
            found.resolution = resolution;
            found.until = until;
            return new Answer(resolution, until);
        } finally {
            found.asking.unlock();
        }
    }

    private Answer fresh(Known found) {
        long until = found.until;
        Resolution resolution = found.resolution;
        return resolution != null && clock.millis() < until ? new Answer(resolution, until) : null;
    }

    /** So that the next question is asked anew. */
    void forget(String transport, String target) {
        known.remove(new Key(transport, target));
    }

    private static long ttl(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Site site ->
                Math.clamp(
                        site.ttl().compareTo(LONGEST) > 0
                                ? LONGEST.toMillis()
                                : site.ttl().toMillis(),
                        1_000,
                        LONGEST.toMillis());
            case Resolution.Unroutable _ -> UNROUTABLE_MILLIS;
            case Resolution.Unknown _ -> UNKNOWN_MILLIS;
        };
    }

    private Resolution ask(String transport, String target, Selector selector) {
        try (Pin pin = hooks.pin()) {
            if (hooks.resolve.bound(pin, selector)) {
                Optional<Resolution> answer =
                        hooks.resolve.resolve(pin, selector, (plugin, _) -> plugin.resolve(transport, target));
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            Optional<Transport> driver = hooks.transports.driver(pin, transport);
            if (driver.isEmpty()) {
                return unknown("4.3.5", "No transport " + transport + " here");
            }
            Resolution resolution = driver.get().resolve(target);
            return resolution != null ? resolution : unknown("4.3.0", "Transport " + transport + " gave no answer");
        } catch (Unresolved e) {
            return unknown("4.4.3", "Cannot look up " + target + " now: " + e.getMessage());
        } catch (Exception | Error e) { // whatever a transport throws
            LOG.warn("looking up {} with transport {}", target, transport, e);
            return unknown("4.4.3", "Cannot look up " + target + " now");
        }
    }

    private static Resolution unknown(String code, String text) {
        return new Resolution.Unknown(Reply.of(451, code, Settlement.printable(text)));
    }
}

package plugins.script.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import mta.plugins.api.config.Amount;
import org.graalvm.polyglot.HostAccess.Export;
import org.graalvm.polyglot.Value;

/**
 * {@code mta.state(name)}: keys and values in memory, each with a time to live; beyond the limit the least recently used
 * goes. Values are strings, numbers and booleans. Thread-safe, each operation is one step.
 */
public final class State {

    private static final int MOST = 100_000;
    private static final int LONGEST = 4_096;

    private record Kept(Object value, Instant end) {}

    private final InstantSource clock;

    /** Guarded by itself. */
    private final Map<String, Kept> entries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST;
        }
    };

    State(InstantSource clock) {
        this.clock = clock;
    }

    /** Null if it is not there, or no more. */
    @Export
    public Object get(String key) {
        synchronized (entries) {
            return live(key);
        }
    }

    @Export
    public void put(String key, Value value) {
        put(key, value, "1d");
    }

    /** @param ttl such as {@code 35d} */
    @Export
    public void put(String key, Value value, String ttl) {
        Object plain = plain(key, value);
        synchronized (entries) {
            entries.put(key, new Kept(plain, end(ttl)));
        }
    }

    /** Puts it where nothing is. @return what is there now: the old value, or this one */
    @Export
    public Object putIfAbsent(String key, Value value, String ttl) {
        Object plain = plain(key, value);
        synchronized (entries) {
            Object known = live(key);
            if (known != null) {
                return known;
            }
            entries.put(key, new Kept(plain, end(ttl)));
            return plain;
        }
    }

    /** Counts one more. @return the count, 1 for the first; the time to live runs from the first */
    @Export
    public long incr(String key, String ttl) {
        return incr(key, ttl, 1);
    }

    @Export
    public long incr(String key, String ttl, long by) {
        synchronized (entries) {
            Object known = live(key);
            long sum = (known instanceof Number number ? number.longValue() : 0) + by;
            Instant end = known == null ? end(ttl) : entries.get(key).end();
            entries.put(checked(key), new Kept(sum, end));
            return sum;
        }
    }

    @Export
    public void remove(String key) {
        synchronized (entries) {
            entries.remove(key);
        }
    }

    @Export
    public int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    private Object live(String key) {
        Kept entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (!clock.instant().isBefore(entry.end())) {
            entries.remove(key);
            return null;
        }
        return entry.value();
    }

    private Instant end(String ttl) {
        Duration duration = Amount.duration(ttl);
        return clock.instant().plus(duration);
    }

    private static String checked(String key) {
        if (key.length() > LONGEST) {
            throw new IllegalArgumentException("a key of mta.state is at most " + LONGEST + " characters");
        }
        return key;
    }

    private static Object plain(String key, Value value) {
        checked(key);
        if (value.isString() && value.asString().length() <= LONGEST) {
            return value.asString();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.fitsInLong()) {
            return value.asLong();
        }
        if (value.fitsInDouble()) {
            return value.asDouble();
        }
        throw new IllegalArgumentException(
                "mta.state keeps strings up to " + LONGEST + " characters, numbers and booleans; see JSON.stringify");
    }
}

package plugins.script.host;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The memories of all scripts, by script and name. Outlive versions of a script. Thread-safe. */
public final class States {

    /** More names than this is a script that makes them up from mail. */
    private static final int MOST_NAMES = 100;

    private final InstantSource clock;
    private final Map<String, Map<String, State>> states = new ConcurrentHashMap<>();

    public States(InstantSource clock) {
        this.clock = clock;
    }

    State of(String script, String name) {
        Map<String, State> mine = states.computeIfAbsent(script, _ -> new ConcurrentHashMap<>());
        State known = mine.get(name);
        if (known != null) {
            return known;
        }
        if (mine.size() >= MOST_NAMES) {
            throw new IllegalStateException(
                    "more than " + MOST_NAMES + " names of mta.state: put what varies into the key");
        }
        return mine.computeIfAbsent(name, _ -> new State(clock));
    }

    /** What a script that is gone has remembered. */
    public void forget(String script) {
        states.remove(script);
    }
}

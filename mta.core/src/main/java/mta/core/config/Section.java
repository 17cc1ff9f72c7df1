package mta.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A top-level key of the configuration.
 *
 * @param several whether it holds named instances, each with the settings: a factory of Configuration Admin
 * @param settings by key
 */
public record Section(String name, boolean several, String description, Map<String, Setting> settings) {

    /** What every PID begins with. */
    static final String PREFIX = "mta.";

    public Section {
        settings = new TreeMap<>(settings);
    }

    String pid() {
        return PREFIX + name;
    }

    Optional<Setting> find(String key) {
        Setting exact = settings.get(key);
        if (exact != null && !exact.open()) {
            return Optional.of(exact);
        }
        return settings.values().stream()
                .filter(setting -> setting.open() && key.startsWith(setting.key() + "."))
                .findFirst();
    }

    List<String> keys() {
        return new ArrayList<>(settings.keySet());
    }

    /** Whether nothing must be said. */
    boolean mayBeAbsent() {
        return !several && settings.values().stream().noneMatch(Setting::required);
    }
}

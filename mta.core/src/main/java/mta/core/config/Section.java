package mta.core.config;

import java.nio.file.Path;
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
 * @param check what the bundle brings to check them with
 */
public record Section(
        String name, boolean several, String description, Map<String, Setting> settings, Optional<Check> check) {

    /** A class that implements {@link mta.plugins.api.config.SettingsCheck}. */
    record Check(Path jar, String name) {}

    /** What every PID begins with. */
    static final String PREFIX = "mta.";

    public Section {
        settings = new TreeMap<>(settings);
    }

    Section with(Check other) {
        return new Section(name, several, description, settings, Optional.of(other));
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

package mta.core.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A configuration, read and checked.
 *
 * @param settings PID to key to value as Configuration Admin takes it; only what was written, no defaults
 * @param problems in the order of the files; if there are any, the settings are not to be used
 * @param unread sections of plugins that are not there any more; they are left alone
 */
public record ConfigurationRead(
        Map<String, Map<String, Object>> settings, List<Problem> problems, List<Problem> unread) {

    public ConfigurationRead {
        settings = new TreeMap<>(settings);
        problems = problems.stream().sorted().toList();
        unread = unread.stream().sorted().toList();
    }

    public boolean isGood() {
        return problems.isEmpty();
    }
}

package plugins.script;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import mta.plugins.api.config.Amount;

/**
 * How scripts are run.
 *
 * @param contexts of each script: so many of its calls run at the same time
 * @param statementLimit of a call; 0: none
 * @param recycleCalls after so many calls a context is made anew
 * @param recycleAge or after so long
 * @param callTimeout of a call that has no deadline of its own: transports, formats, mechanisms
 * @param config what {@code mta.config} tells: script to key to value
 */
public record ScriptSettings(
        int contexts,
        long statementLimit,
        long recycleCalls,
        Duration recycleAge,
        Duration callTimeout,
        Map<String, Map<String, Object>> config) {

    private static final String CONFIG = "config.";

    public ScriptSettings {
        config = Map.copyOf(config);
    }

    static ScriptSettings of(Scripts.Config config, Map<String, ?> properties) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ScriptSettings(
                config.contexts() == 0 ? cores : config.contexts(),
                config.statementLimit(),
                config.recycleCalls(),
                Amount.duration(config.recycleAge()),
                Amount.duration(config.callTimeout()),
                perScript(properties));
    }

    ScriptSettings withoutConfig() {
        return new ScriptSettings(contexts, statementLimit, recycleCalls, recycleAge, callTimeout, Map.of());
    }

    public static ScriptSettings defaults() {
        return new ScriptSettings(
                Runtime.getRuntime().availableProcessors(),
                0,
                100_000,
                Duration.ofMinutes(15),
                Duration.ofMinutes(1),
                Map.of());
    }

    /** {@code config.greylist.delay} is {@code delay} of the script {@code greylist}. */
    private static Map<String, Map<String, Object>> perScript(Map<String, ?> properties) {
        var config = new HashMap<String, Map<String, Object>>();
        properties.forEach((key, value) -> {
            int dot = key.indexOf('.', CONFIG.length());
            if (key.startsWith(CONFIG) && dot > 0) {
                config.computeIfAbsent(key.substring(CONFIG.length(), dot), _ -> new HashMap<>())
                        .put(key.substring(dot + 1), value);
            }
        });
        return config;
    }
}

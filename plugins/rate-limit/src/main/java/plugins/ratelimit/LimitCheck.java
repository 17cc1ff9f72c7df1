package plugins.ratelimit;

import mta.plugins.api.config.SettingsCheck;

/** Makes a limit that cannot be an error of the configuration. */
public final class LimitCheck implements SettingsCheck<ConfiguredLimit.Config> {

    @Override
    public Class<ConfiguredLimit.Config> settings() {
        return ConfiguredLimit.Config.class;
    }

    @Override
    public void check(ConfiguredLimit.Config settings) {
        ConfiguredLimit.rule("limit", settings);
    }
}

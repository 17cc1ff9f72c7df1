package plugins.headerrules;

import mta.plugins.api.config.SettingsCheck;

/** Makes a wrong rule an error of the configuration. */
public final class RuleCheck implements SettingsCheck<ConfiguredRule.Config> {

    @Override
    public Class<ConfiguredRule.Config> settings() {
        return ConfiguredRule.Config.class;
    }

    @Override
    public void check(ConfiguredRule.Config settings) {
        Rule.of("rule", settings);
    }
}

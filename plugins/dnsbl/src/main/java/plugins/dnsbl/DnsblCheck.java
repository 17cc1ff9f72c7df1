package plugins.dnsbl;

import mta.plugins.api.config.SettingsCheck;

/** Makes a list that is none an error of the configuration. */
public final class DnsblCheck implements SettingsCheck<Dnsbl.Config> {

    @Override
    public Class<Dnsbl.Config> settings() {
        return Dnsbl.Config.class;
    }

    @Override
    public void check(Dnsbl.Config settings) {
        Dnsbl.Settings.of(settings);
    }
}

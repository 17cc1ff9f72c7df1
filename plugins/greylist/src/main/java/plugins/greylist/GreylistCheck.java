package plugins.greylist;

import mta.plugins.api.config.SettingsCheck;

/** Makes times that cannot work, and clients and addresses that are none, errors of the configuration. */
public final class GreylistCheck implements SettingsCheck<Greylist.Config> {

    @Override
    public Class<Greylist.Config> settings() {
        return Greylist.Config.class;
    }

    @Override
    public void check(Greylist.Config settings) {
        Greylist.Settings.of(settings);
    }
}

package plugins.discard;

import mta.plugins.api.delivery.Transport;
import mta.testkit.plugin.Settings;
import mta.testkit.plugin.TransportContract;

class DiscardContractTest extends TransportContract {

    @Override
    protected Transport transport() {
        return new Discard(Settings.of(Discard.Config.class));
    }
}

package mta.smtp.server;

import java.time.Instant;
import mta.plugins.api.hooks.Call;

/** For drivers, which no binding calls: edits take effect at once. */
record OwnCall(String plugin) implements Call {

    @Override
    public String binding() {
        return plugin;
    }

    @Override
    public boolean trusted() {
        return false;
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }

    @Override
    public void edit(Runnable edit) {
        edit.run();
    }
}

package plugins.policydelegation;

import java.io.IOException;
import java.time.Duration;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Wire;

/** Opens connections, of whatever scheme. */
@FunctionalInterface
interface Dialler {

    Wire dial(Endpoint to, Duration timeout) throws IOException;
}

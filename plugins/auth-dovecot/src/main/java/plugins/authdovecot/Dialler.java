package plugins.authdovecot;

import java.io.IOException;
import mta.plugins.api.io.Wire;

/** Opens connections to the service. */
@FunctionalInterface
interface Dialler {

    Wire dial() throws IOException;
}

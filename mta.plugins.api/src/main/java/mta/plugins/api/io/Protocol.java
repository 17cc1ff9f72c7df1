package mta.plugins.api.io;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** Serves connections of a listener, chosen by name: smtp, lmtp ... */
@ConsumerType
public interface Protocol {

    /**
     * Serves one connection to its end, on a virtual thread of its own; the listener closes the wire afterwards.
     */
    void serve(Wire wire, Listener listener) throws IOException;
}

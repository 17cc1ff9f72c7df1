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

    /**
     * Called instead of {@link #serve} for a connection beyond the listener's limits, on its virtual thread: says so in
     * the protocol's own words (SMTP: {@code 421 4.7.0}) and reads nothing. The listener closes the wire afterwards.
     * Without words the client only sees the end of the connection.
     */
    default void refuse(Wire wire, Listener listener) throws IOException {}
}

package mta.plugins.api.io;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** Something that is being listened on. */
@ConsumerType
public interface Acceptor extends AutoCloseable {

    /** Waits for the next connection; throws {@link IOException} once closed. */
    Wire accept() throws IOException;

    /** Where it really listens: the port that the system chose. */
    Endpoint endpoint();

    @Override
    void close() throws IOException;
}

package plugins.logsyslog;

import java.io.IOException;
import java.util.List;

/** A way to the server. For one thread at a time; opened with the first message, and anew after a failure. */
interface Link extends AutoCloseable {

    /** @throws IOException if it is not certain that all of them are on the way */
    void send(List<byte[]> messages) throws IOException;

    @Override
    void close();
}

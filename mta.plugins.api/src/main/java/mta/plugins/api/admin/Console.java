package mta.plugins.api.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The node's console, an OSGi service, for a plugin that brings it to operators on a way of its own (SSH, a page in the
 * browser). It asks nobody for a password: whoever calls it may do everything, so the caller has to know whom it serves.
 * Thread-safe.
 */
@ProviderType
public interface Console {

    /**
     * What the operator sees the answer on.
     *
     * @param type of the terminal as in {@code TERM}; empty: none
     * @param columns its width, 0 if unknown
     * @param lines its height, 0 if unknown
     */
    record Screen(String type, int columns, int lines) {

        /** A file or a pipe: no colour, tables as wide as they are. */
        public static final Screen NONE = new Screen("", 0, 0);
    }

    /**
     * Runs one verb on the caller's thread and returns its exit status: 0, or that of its {@link Refusal}. The words
     * reach the verb as they are. An interruption cancels what it started, and so does an exception of the streams.
     */
    int run(Operator operator, List<String> words, Screen screen, OutputStream out, OutputStream err)
            throws IOException, InterruptedException;

    /**
     * Opens a session with history, completion and paging.
     *
     * @param keys what is typed, as the terminal in raw mode sends it; its end is the session's
     * @param out what the terminal is to show
     */
    Session open(Operator operator, Screen screen, InputStream keys, OutputStream out) throws IOException;

    /** One session. Thread-safe. */
    interface Session extends AutoCloseable {

        /** Reads and runs commands on the caller's thread until the operator leaves or the keys end. */
        void serve() throws IOException;

        /** The window has another size now. */
        void resize(int columns, int lines);

        /** Ends it: what runs is interrupted. */
        @Override
        void close() throws IOException;
    }
}

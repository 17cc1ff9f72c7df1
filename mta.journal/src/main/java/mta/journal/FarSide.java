package mta.journal;

import java.nio.charset.StandardCharsets;

/** Where records go. Used by the sender's thread only, but for {@link #close}, which ends what is under way. */
public interface FarSide extends AutoCloseable {

    /** Waits for what becomes of the batch, within a time of its own. A batch that was not taken comes again. */
    Answer send(Batch batch) throws InterruptedException;

    /** A record that is given up, for the log. */
    default String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8).strip();
    }

    @Override
    void close();
}

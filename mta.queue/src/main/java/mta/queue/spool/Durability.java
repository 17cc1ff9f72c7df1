package mta.queue.spool;

/** What {@link Spool#commit} waits for. Batches are written in the order of the calls, whatever they wait for. */
public enum Durability {
    /** Nothing: the batch goes out with the next group; if storage fails it is kept and written when it is back. */
    SUBMITTED,
    /** The write-ahead log in the system's page cache: survives the death of the process, not yet a power loss. */
    WRITTEN,
    /** The disk: survives a power loss. The only level on which a 250 may rest. */
    SYNCED
}

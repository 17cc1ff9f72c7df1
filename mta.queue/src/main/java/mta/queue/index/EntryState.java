package mta.queue.index;

/** Where an entry is. */
public enum EntryState {
    /** Waits for its due time. */
    SCHEDULED,
    /** Due, waits for its turn on its path. */
    READY,
    /** An attempt is running. */
    INFLIGHT,
    /** A verdict or an administrator holds this one message. */
    HELD,
    /** An administrator has suspended what it belongs to. */
    SUSPENDED;

    static final EntryState[] ALL = values();
}

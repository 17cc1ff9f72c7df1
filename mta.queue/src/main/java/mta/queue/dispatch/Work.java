package mta.queue.dispatch;

/** What the ledger asks others to do, on threads of their own. Called under its lock: only hands over. */
interface Work {

    /** Finds out where a queue's mail goes. */
    void route(Queue queue);

    /** Returns what waits in a queue whose mail nobody takes. */
    void returnAll(Queue queue);

    /** Opens one more channel. */
    void open(OutPath path);

    /** Looks after an entry whose time has come: it expires, its delay is told, or its sender has to be told. */
    void attend(Taken taken);

    /** Whether {@link #attend} has enough to do. */
    boolean busy();

    /** A timer was added that is due before all others. */
    void hurry();
}

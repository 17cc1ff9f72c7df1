package mta.queue.spool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes that are stored together or not at all. Built by one thread, committed once. */
public final class Batch {

    private final List<Change> changes = new ArrayList<>(2);

    /** A new message with a small body, and the states of its entries 0, 1, 2... The arrays must not change. */
    public Batch put(long message, byte[] body, byte[]... states) {
        return put(new Change.NewBody(message, body, Optional.empty()), states);
    }

    /** A new message whose body is a head and the pieces of a draft. */
    public Batch put(Draft rest, byte[] head, byte[]... states) {
        if (!(rest instanceof RocksDraft draft)) {
            throw new IllegalArgumentException("a draft of another spool");
        }
        return put(new Change.NewBody(draft.message(), head, Optional.of(draft)), states);
    }

    private Batch put(Change.NewBody body, byte[]... states) {
        if (states.length == 0) {
            throw new IllegalArgumentException("a message has at least one entry");
        }
        changes.add(body);
        for (int entry = 0; entry < states.length; entry++) {
            changes.add(new Change.State(body.message(), entry, states[entry], true));
        }
        return this;
    }

    /** One more entry of a stored message, which shares its body. Its number must be new and above 0. */
    public Batch add(long message, int entry, byte[] state) {
        if (entry <= 0) {
            throw new IllegalArgumentException("an added entry has a number above 0, not " + entry);
        }
        changes.add(new Change.State(message, entry, state, false));
        return this;
    }

    /** The new state of a stored entry. */
    public Batch update(long message, int entry, byte[] state) {
        changes.add(new Change.State(message, entry, state, false));
        return this;
    }

    /** Removes an entry, and the body with the last one. Removing what is gone does nothing. */
    public Batch remove(long message, int entry) {
        changes.add(new Change.Remove(message, entry));
        return this;
    }

    List<Change> changes() {
        return changes;
    }

    Batch with(Change change) {
        changes.add(change);
        return this;
    }

    /**
     * Whether this is new mail and nothing else, which a full disk refuses and a failed write takes back. A bounce that
     * comes with the removal of what bounced is an outcome.
     */
    boolean isNewMail() {
        boolean brings = false;
        for (Change change : changes) {
            switch (change) {
                case Change.NewBody _, Change.Piece _ -> brings = true;
                case Change.State state when state.fresh() -> brings = true;
                case Change.State _, Change.Remove _, Change.Abandon _ -> {
                    return false;
                }
            }
        }
        return brings;
    }

    long bytes() {
        long sum = 0;
        for (Change change : changes) {
            sum += change.bytes();
        }
        return sum;
    }
}

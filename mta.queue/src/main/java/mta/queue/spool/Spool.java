package mta.queue.spool;

import java.util.Optional;

/**
 * Keeps messages. A message has a number that its maker never uses twice (ascending numbers are the fastest), one body
 * and one or more entries, numbered from 0; an entry's state is opaque bytes.
 * The body goes with the last entry; there is never an entry without its body, nor, after a start, a body without an
 * entry.
 *
 * <p>Thread-safe; meant to be called from virtual threads, which park and never pin. Whoever changes one entry from
 * several threads orders these changes himself: an update after a removal would bring the entry back.
 *
 * <p>Every method throws {@link SpoolException} when storage fails: answer 4xx and never guess.
 */
public interface Spool extends AutoCloseable {

    /**
     * Begins the rest of a large body. Close it in any case: closing after the commit does nothing.
     *
     * @throws SpoolException of kind FULL when the disk is under its floor
     */
    Draft draft(long message);

    /**
     * Writes a batch whole or not at all and returns when it is as durable as asked; SYNCED is the commit before a 250.
     * When it throws, a batch of new mail alone is not stored; any other is kept and written when storage is back,
     * because an outcome must not be forgotten. So who got an exception for an outcome need not repeat it, and may.
     */
    void commit(Batch batch, Durability durability);

    /**
     * Shows every entry that was stored when the call began, by message and entry number, on the calling thread. Mail
     * may be accepted meanwhile; an entry of an earlier run may be changed or removed as soon as it was shown.
     */
    void replay(Replay replay);

    /** The highest number of any message that has an entry, or 0. */
    long highest();

    /** The state of an entry, or empty when there is no such entry. */
    Optional<byte[]> state(long message, int entry);

    /** The body of a message, or empty when there is no such message. */
    Optional<Body> body(long message);

    /** How it stands: healthy or not, space, memory, traffic. Cheap enough to be asked before every message. */
    SpoolStatus status();

    /** Drops cached bodies and states until at most this many bytes are left. Nothing is lost: they are on disk. */
    void trim(long bytes);

    /** Writes and syncs what was submitted, then lets go of the files. Later calls throw CLOSED. */
    @Override
    void close();
}

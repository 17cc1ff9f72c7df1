package mta.queue.spool;

/** Storage said no. The kind tells what to do: in every case intake answers 4xx. */
public final class SpoolException extends RuntimeException {

    /** What is wrong. */
    public enum Kind {
        /** No space, or less than the floor. Goes by itself when there is space again. */
        FULL,
        /** What is on disk contradicts itself. The text says what, and which command helps. */
        DAMAGED,
        /** Another process has the spool open. */
        LOCKED,
        /** The spool was closed. */
        CLOSED,
        /** Any other trouble with files. */
        IO
    }

    private final Kind kind;

    public SpoolException(Kind kind, String text) {
        super(text);
        this.kind = kind;
    }

    public SpoolException(Kind kind, String text, Throwable cause) {
        super(text, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

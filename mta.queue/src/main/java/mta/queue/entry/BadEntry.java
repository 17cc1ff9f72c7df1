package mta.queue.entry;

/** The bytes are not those of an entry. */
public final class BadEntry extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadEntry(String what) {
        super("not an entry of the queue: " + what);
    }

    BadEntry(String what, Throwable cause) {
        super("not an entry of the queue: " + what, cause);
    }
}

package mta.plugins.api.hooks;

/** Nobody could tell: the answer may exist, but the one who knows it failed. Treat as temporary. */
public final class Unresolved extends Exception {

    private static final long serialVersionUID = 1L;

    public Unresolved(String message, Throwable cause) {
        super(message, cause);
    }

    public Unresolved(String message) {
        super(message);
    }
}

package mta.launcher;

/** The node cannot start; the message says why in words, the status is the process's exit status. */
final class StartFailure extends Exception {

    private final int status;

    StartFailure(int status, String reason) {
        super(reason);
        this.status = status;
    }

    int status() {
        return status;
    }
}

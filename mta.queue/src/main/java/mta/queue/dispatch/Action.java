package mta.queue.dispatch;

/** What an operator may do to queued mail. */
public sealed interface Action {

    /** Tries it now, whatever it waits for. */
    record Retry() implements Action {}

    /** Returns it to its senders. */
    record Bounce(String reason) implements Action {}

    /** Removes it; nobody is told. */
    record Drop() implements Action {}

    record Hold(String reason) implements Action {}

    record Release() implements Action {}

    /** @param priority 0 (first) to 9 (last) */
    record Priority(int priority) implements Action {}

    /** @param route a domain, or a host in brackets */
    record Redirect(String route) implements Action {}
}

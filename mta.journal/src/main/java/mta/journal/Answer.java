package mta.journal;

import java.time.Duration;

/** What became of a batch. */
public sealed interface Answer {

    /** The far side has it. */
    record Taken() implements Answer {}

    /**
     * It does not want these records, now or later.
     *
     * @param tooMuch not so many at once: it may take each of them
     */
    record Refused(boolean tooMuch, String reason) implements Answer {}

    /**
     * Anything else, a wrong password too: to be tried again.
     *
     * @param after what the far side says about when, or zero
     */
    record Failed(String reason, Duration after) implements Answer {}
}

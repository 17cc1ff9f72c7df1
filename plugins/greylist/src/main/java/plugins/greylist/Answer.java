package plugins.greylist;

import java.time.Duration;

/** What is to be done with a recipient. */
sealed interface Answer {

    /** Nothing: it came before, or the client is known. */
    record Known() implements Answer {}

    /** It has waited long enough, and is known from now on. */
    record Passed(Duration waited) implements Answer {}

    /** @param first whether this is the first try */
    record Wait(Duration left, boolean first) implements Answer {}

    /** There is no room to remember it, so nothing is to be done. */
    record Full() implements Answer {}
}

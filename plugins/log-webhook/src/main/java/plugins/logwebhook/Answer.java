package plugins.logwebhook;

import java.time.Duration;

/** What became of a post. */
sealed interface Answer {

    /** 2xx: the far side has the batch. */
    record Taken(int status) implements Answer {}

    /** 400, 413 or 422: it does not want these records, now or later, or not so many at once. */
    record Refused(int status, String reason) implements Answer {}

    /** Anything else, a wrong password too: to be tried again. {@code after} is what Retry-After says, or zero. */
    record Failed(String reason, Duration after) implements Answer {}
}

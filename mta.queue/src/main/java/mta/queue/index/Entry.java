package mta.queue.index;

/**
 * A queue entry by value: to add one, and to look at one. The index itself keeps none.
 *
 * @param message    number of the message
 * @param entry      number of the entry within the message
 * @param sender     domain of the reverse-path; empty for a bounce
 * @param arrival    seconds since 1970, as the next two
 * @param due        not before
 * @param expiry     not after, wherever it waits
 * @param attempts   so far; counted up to 65535
 * @param priority   0 (first) to 9 (last)
 * @param bytes      size of the body; counted up to 4 GiB
 * @param recipients counted up to 65535
 */
public record Entry(
        long message,
        int entry,
        QueueKey queue,
        String sender,
        long arrival,
        long due,
        long expiry,
        int attempts,
        int priority,
        EntryState state,
        long bytes,
        int recipients) {}

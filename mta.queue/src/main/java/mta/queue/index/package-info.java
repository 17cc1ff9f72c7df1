/**
 * Everything about the queued entries that is needed to schedule, count, filter and act without touching the disk, in
 * columns of primitives: at most 64 bytes per entry. It knows no spool, no envelope, no clock and no policy.
 *
 * <p>One lock, {@link mta.queue.index.Index#guard}, guards all of it and the structures of mta.queue.schedule that link
 * its slots. Every public method takes it, for about a microsecond; who needs several steps as one takes it around
 * them.
 */
package mta.queue.index;

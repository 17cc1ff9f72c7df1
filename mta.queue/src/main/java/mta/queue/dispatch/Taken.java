package mta.queue.dispatch;

/** An entry that somebody has taken: in flight, nobody else touches it until it is put back or removed. */
record Taken(int slot, long message, int number, Queue queue) {}

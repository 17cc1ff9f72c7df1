/**
 * Console verbs of the queue: what is queued, why it waits, and what to do about it. Knows the operations of the
 * dispatch and the words operators use; no terminal, no JSON.
 */
package mta.queue.admin;

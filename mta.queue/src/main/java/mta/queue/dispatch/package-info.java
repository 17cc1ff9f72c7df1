/**
 * Brings queued mail to its destinations: queues feed paths, paths own channels, a channel's thread takes the next
 * message, sends it and concludes what became of it. Knows no protocol (a Transport speaks it), no console, no OSGi.
 */
package mta.queue.dispatch;

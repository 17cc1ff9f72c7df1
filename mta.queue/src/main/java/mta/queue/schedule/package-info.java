/**
 * When an entry is due, and whose turn it is then: a timing wheel, retry curves, and fair service of a path's queues.
 * Works on the slots of mta.queue.index under its guard; it knows no spool, no connection and no clock but the seconds
 * it is given.
 */
package mta.queue.schedule;

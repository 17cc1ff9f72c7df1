/**
 * What the queue keeps of one message for one destination, and how it is written as bytes. Knows neither where the
 * bytes are stored nor who sends the mail.
 */
package mta.queue.entry;

/**
 * The sink: an SMTP server that takes everything, keeps nothing but counts, and costs as little as possible. It can be
 * told to behave badly. It counts by message number, so that a lost or doubled message shows. Knows nothing about who
 * sends.
 */
package mta.bench.sink;

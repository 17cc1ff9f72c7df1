/**
 * The load generator: an SMTP client that costs as little as possible, because it shares the machine with what it
 * measures. One thread serves all connections through a selector; commands and content are bytes made beforehand.
 * Knows nothing about the sink.
 */
package mta.bench.load;

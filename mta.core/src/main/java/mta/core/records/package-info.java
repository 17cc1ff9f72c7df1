/**
 * Hands records to the sinks that are bound: a queue and a thread for each, so that a slow sink holds up neither mail nor
 * the other sinks; what a sink does not take waits on disk.
 */
package mta.core.records;

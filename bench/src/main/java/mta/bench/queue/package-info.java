/** Micro benchmarks of the queue's parts: index, wheel, fair queue, spool. They print; they assert nothing. */
package mta.bench.queue;

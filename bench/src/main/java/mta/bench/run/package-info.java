/**
 * Runs: start a sink, a server to measure and a generator, let mail flow, compare both ends, stop everything. Knows a
 * server only as a process with an SMTP port; what is particular to one stands in its {@link mta.bench.run.Target}.
 */
package mta.bench.run;

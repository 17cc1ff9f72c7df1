/**
 * Who got what, by message number, at both ends of a run, and the comparison of the two. Knows nothing about sockets.
 */
package mta.bench.tally;

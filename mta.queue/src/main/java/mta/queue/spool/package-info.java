/**
 * What got 250, on disk: one body per message, one state per queue entry, durable by group commit.
 * States are bytes that others encode; this package knows no envelope, no queue, no schedule and no index.
 * {@link mta.queue.spool.Spool} is the contract, {@link mta.queue.spool.RocksSpool} keeps it on RocksDB.
 */
package mta.queue.spool;

package mta.queue.spool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of a {@link RocksSpool}. The defaults and their reasons are in docs/decisions/0002-spool.md.
 *
 * @param directory        where it lives; made if absent
 * @param floorBytes       free space under which new mail is refused
 * @param cacheBytes       recent bodies and states in the heap
 * @param bodyBufferBytes  memory of one body buffer (at most two): the larger, the more short-lived mail never reaches
 *                         a table file
 * @param stateBufferBytes memory of one state buffer (at most two)
 * @param blockCacheBytes  RocksDB's cache of table blocks
 * @param walBytes         size of the write-ahead log that forces buffers out; bounds the work of a restart
 * @param syncAfter        how long a written but unsynced batch may wait for a sync
 * @param layout           how bodies lie on disk
 */
public record SpoolSettings(
        Path directory,
        long floorBytes,
        long cacheBytes,
        long bodyBufferBytes,
        long stateBufferBytes,
        long blockCacheBytes,
        long walBytes,
        Duration syncAfter,
        Layout layout) {

    /** How bodies lie on disk. */
    public enum Layout {
        /** In table files, moved with every compaction. */
        TABLES,
        /** In blob files, which compactions only point into. */
        BLOBS
    }

    private static final long MIB = 1L << 20;

    public static SpoolSettings of(Path directory) {
        return new SpoolSettings(
                directory,
                512 * MIB,
                64 * MIB,
                64 * MIB,
                16 * MIB,
                16 * MIB,
                256 * MIB,
                Duration.ofSeconds(1),
                Layout.BLOBS);
    }

    public SpoolSettings floor(long bytes) {
        return new SpoolSettings(
                directory,
                bytes,
                cacheBytes,
                bodyBufferBytes,
                stateBufferBytes,
                blockCacheBytes,
                walBytes,
                syncAfter,
                layout);
    }

    public SpoolSettings cache(long bytes) {
        return new SpoolSettings(
                directory,
                floorBytes,
                bytes,
                bodyBufferBytes,
                stateBufferBytes,
                blockCacheBytes,
                walBytes,
                syncAfter,
                layout);
    }

    public SpoolSettings buffers(long body, long state, long wal) {
        return new SpoolSettings(
                directory, floorBytes, cacheBytes, body, state, blockCacheBytes, wal, syncAfter, layout);
    }

    public SpoolSettings layout(Layout chosen) {
        return new SpoolSettings(
                directory,
                floorBytes,
                cacheBytes,
                bodyBufferBytes,
                stateBufferBytes,
                blockCacheBytes,
                walBytes,
                syncAfter,
                chosen);
    }
}

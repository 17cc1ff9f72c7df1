package mta.queue.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** The seam between the spool and the disk, where a test puts its faults. */
interface Disk {

    /** Free bytes for this process. */
    long free(Path directory) throws IOException;

    /** Called before a group is written. */
    default void beforeWrite() throws RocksDBException {}

    /** Called before the log is synced. */
    default void beforeSync() throws RocksDBException {}

    /** The real one. */
    Disk REAL = directory -> Files.getFileStore(directory).getUsableSpace();
}

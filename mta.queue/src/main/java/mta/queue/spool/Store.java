package mta.queue.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import mta.queue.spool.SpoolException.Kind;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The RocksDB database of a spool: opens it, refuses a damaged one, reads and writes. Four column families: states,
 * bodies, large (bodies in several pieces, and drafts that have pieces on disk) and the default one, unused.
 *
 * <p>Written, reopened and closed by the committer only; read by any platform thread. The lock {@code life} keeps the
 * native objects alive under a reader.
 */
final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final String HELP = ". Stop the node and look with './mta spool check', save every readable message "
            + "with './mta spool export DIR', or build a sound spool from what is readable with './mta spool repair'";
    static final String MARKER = "SPOOL";
    private static final String OWNER = "owner.pid";
    private static final long MIB = 1L << 20;

    /** How to open. */
    enum Mode {
        NORMAL,
        /** Read what is there, without changing anything: for check and export. */
        READ_ONLY,
        /** The same, over gaps in the log. */
        SALVAGE,
        /** When files are gone: lets RocksDB settle for what fits together, which changes the directory. */
        LAST_RESORT
    }

    private final SpoolSettings settings;
    private final Mode mode;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final List<RocksObject> natives = new ArrayList<>();
    private RocksDB database;
    private ReadOptions reads;
    private WriteOptions writes;
    private ColumnFamilyHandle own;
    ColumnFamilyHandle states;
    ColumnFamilyHandle bodies;
    ColumnFamilyHandle large;

    Store(SpoolSettings settings, Mode mode) {
        this.settings = settings;
        this.mode = mode;
        open();
    }

    // -- life ---------------------------------------------------------------------------------------------------------

    private void open() {
        Path directory = settings.directory();
        try {
            if (mode == Mode.NORMAL) {
                Files.createDirectories(directory);
                unpackNative(directory);
            }
            RocksDB.loadLibrary();
            refuseHeadless(directory);
            openDatabase(directory);
            refuseGaps(directory);
            if (mode == Mode.NORMAL) {
                Files.writeString(directory.resolve(MARKER), "mta spool 1\n");
                Files.writeString(
                        directory.resolve(OWNER), ProcessHandle.current().pid() + "\n");
            }
        } catch (RocksDBException e) {
            closeNatives();
            throw openFailure(e);
        } catch (IOException e) {
            closeNatives();
            throw new SpoolException(Kind.IO, "spool " + directory + ": " + e, e);
        } catch (SpoolException e) {
            closeNatives();
            throw e;
        }
    }

    /**
     * By default each process leaves the library, 17 MB, in /tmp when it is killed; here there is one file, which the
     * next start replaces. The default remains for a folder without exec and for a second class loader in the process.
     */
    private static void unpackNative(Path directory) {
        try {
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.debug("RocksDB's library cannot be loaded from {}: {}", directory, e.toString());
        }
    }

    /** RocksDB would start a new database beside the tables of one whose CURRENT is gone; we must not. */
    private void refuseHeadless(Path directory) throws IOException {
        if (mode == Mode.LAST_RESORT || Files.exists(directory.resolve("CURRENT"))) {
            return;
        }
        if (mode != Mode.NORMAL) {
            throw damaged("its file CURRENT is missing", null);
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.equals(MARKER)
                            || name.startsWith("MANIFEST-")
                            || name.endsWith(".sst")
                            || name.endsWith(".blob"))) {
                throw damaged("its file CURRENT is missing", null);
            }
        }
    }

    /** RocksDB looks for missing tables at start, but for blob files only when one is read. */
    private void refuseGaps(Path directory) throws RocksDBException {
        if (mode != Mode.NORMAL) {
            return;
        }
        for (String file : database.getLiveFiles(false).files) {
            String name = file.startsWith("/") ? file.substring(1) : file;
            if (!Files.exists(directory.resolve(name))) {
                throw damaged("its file " + name + " is missing", null);
            }
        }
    }

    private void openDatabase(Path directory) throws RocksDBException {
        LRUCache cache = keep(new LRUCache(settings.blockCacheBytes()));
        BloomFilter filter = keep(new BloomFilter(10, false));
        BlockBasedTableConfig tables = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(16 * 1024)
                .setFilterPolicy(filter)
                .setCacheIndexAndFilterBlocks(true)
                .setFormatVersion(5);
        ColumnFamilyOptions small = keep(new ColumnFamilyOptions()
                .setTableFormatConfig(tables)
                .setWriteBufferSize(settings.stateBufferBytes())
                .setMaxWriteBufferNumber(2)
                .setTargetFileSizeBase(32 * MIB)
                .setCompressionType(CompressionType.LZ4_COMPRESSION));
        ColumnFamilyOptions big = keep(new ColumnFamilyOptions()
                .setTableFormatConfig(tables)
                .setWriteBufferSize(settings.bodyBufferBytes())
                .setMaxWriteBufferNumber(2)
                .setTargetFileSizeBase(64 * MIB)
                .setCompressionType(CompressionType.LZ4_COMPRESSION));
        if (settings.layout() == SpoolSettings.Layout.BLOBS) {
            big.setEnableBlobFiles(true)
                    .setMinBlobSize(512)
                    .setBlobFileSize(64 * MIB)
                    .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setEnableBlobGarbageCollection(true)
                    .setBlobGarbageCollectionAgeCutoff(0.5)
                    .setBlobGarbageCollectionForceThreshold(0.5);
        }
        DBOptions options = keep(new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(512)
                .setMaxTotalWalSize(settings.walBytes())
                .setWalRecoveryMode(
                        mode == Mode.NORMAL || mode == Mode.READ_ONLY
                                ? WALRecoveryMode.TolerateCorruptedTailRecords
                                : WALRecoveryMode.SkipAnyCorruptedRecords)
                .setBytesPerSync(MIB)
                .setAllowConcurrentMemtableWrite(false)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(3)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0));
        options.setBestEffortsRecovery(mode == Mode.LAST_RESORT);
        List<ColumnFamilyDescriptor> families = List.of(
                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, small),
                new ColumnFamilyDescriptor("states".getBytes(), small),
                new ColumnFamilyDescriptor("bodies".getBytes(), big),
                new ColumnFamilyDescriptor("large".getBytes(), small));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        String path = directory.toString();
        database = mode == Mode.READ_ONLY || mode == Mode.SALVAGE
                ? RocksDB.openReadOnly(options, path, families, handles)
                : RocksDB.open(options, path, families, handles);
        own = handles.get(0);
        states = handles.get(1);
        bodies = handles.get(2);
        large = handles.get(3);
        reads = keep(new ReadOptions().setFillCache(false));
        writes = keep(new WriteOptions());
    }

    private <T extends RocksObject> T keep(T object) {
        natives.add(object);
        return object;
    }

    private void closeNatives() {
        if (database != null) {
            List.of(own, states, bodies, large).forEach(ColumnFamilyHandle::close);
            database.close();
            database = null;
        }
        natives.reversed().forEach(RocksObject::close);
        natives.clear();
    }

    /** Closes and opens again, which ends the state that RocksDB falls into after a failed write. */
    void reopen() {
        life.writeLock().lock();
        try {
            closeNatives();
            open();
        } finally {
            life.writeLock().unlock();
        }
    }

    void close() {
        life.writeLock().lock();
        try {
            if (database == null) {
                return;
            }
            closeNatives();
            if (mode == Mode.NORMAL) {
                Files.deleteIfExists(settings.directory().resolve(OWNER));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            life.writeLock().unlock();
        }
    }

    // -- reading ------------------------------------------------------------------------------------------------------

    /** A reader's work, with RocksDB's exception as ours. */
    interface Read<T> {
        T from(RocksDB database, ReadOptions reads) throws RocksDBException;
    }

    <T> T read(Read<T> read) {
        life.readLock().lock();
        try {
            if (database == null) {
                throw new SpoolException(Kind.CLOSED, "the spool is closed");
            }
            return read.from(database, reads);
        } catch (RocksDBException e) {
            throw failure(e);
        } finally {
            life.readLock().unlock();
        }
    }

    /** The value, or null. */
    byte[] find(ColumnFamilyHandle family, byte[] key) {
        return read((database, reads) -> database.get(family, reads, key));
    }

    long highest() {
        return read((database, reads) -> {
            try (RocksIterator last = database.newIterator(states, reads)) {
                last.seekToLast();
                if (!last.isValid()) {
                    last.status();
                    return 0L;
                }
                return Keys.message(last.key());
            }
        });
    }

    /** The numbers of a message's stored entries. */
    TreeSet<Integer> entries(long message) {
        return read((database, reads) -> {
            TreeSet<Integer> found = new TreeSet<>();
            try (RocksIterator each = database.newIterator(states, reads)) {
                for (each.seek(Keys.message(message)); each.isValid(); each.next()) {
                    byte[] key = each.key();
                    if (Keys.message(key) != message) {
                        return found;
                    }
                    found.add(Keys.number(key));
                }
                each.status();
                return found;
            }
        });
    }

    /** Shows every key and value of a family in order. */
    void each(ColumnFamilyHandle family, BiConsumer<byte[], byte[]> visitor) {
        read((database, reads) -> {
            try (RocksIterator each = database.newIterator(family, reads)) {
                for (each.seekToFirst(); each.isValid(); each.next()) {
                    visitor.accept(each.key(), each.value());
                }
                each.status();
                return null;
            }
        });
    }

    void replay(Marks marks, Replay replay) {
        read((database, plain) -> {
            try (ReadOptions ahead = new ReadOptions().setFillCache(false).setReadaheadSize(2 * MIB);
                    RocksIterator each = database.newIterator(states, ahead)) {
                replay(each, marks, replay);
                each.status();
                return null;
            }
        });
    }

    /** Looks one key ahead, so that a message of several entries is marked before its first entry is shown. */
    private static void replay(RocksIterator each, Marks marks, Replay replay) {
        ByteBuffer key = ByteBuffer.allocateDirect(12);
        ByteBuffer value = ByteBuffer.allocateDirect(64 * 1024);
        each.seekToFirst();
        boolean more = each.isValid();
        long nextMessage = 0;
        int nextEntry = 0;
        if (more) {
            each.key(key.clear());
            nextMessage = key.getLong(0);
            nextEntry = key.getInt(8);
        }
        while (more) {
            long message = nextMessage;
            int entry = nextEntry;
            int length = each.value(value.clear());
            if (length > value.capacity()) {
                value = ByteBuffer.allocateDirect(Integer.highestOneBit(length) * 2);
                each.value(value.clear());
            }
            each.next();
            more = each.isValid();
            if (more) {
                each.key(key.clear());
                nextMessage = key.getLong(0);
                nextEntry = key.getInt(8);
                if (nextMessage == message) {
                    marks.set(message);
                }
            }
            if (entry > 0) {
                marks.set(message);
            }
            replay.entry(message, entry, value.position(0).limit(length));
        }
    }

    // -- writing (committer) ------------------------------------------------------------------------------------------

    void write(WriteBatch batch) throws RocksDBException {
        database.write(writes, batch);
    }

    void sync() throws RocksDBException {
        database.syncWal();
    }

    // -- failures -----------------------------------------------------------------------------------------------------

    static SpoolException failure(RocksDBException e) {
        Kind kind = kind(e);
        return new SpoolException(kind, "spool: " + e.getMessage() + (kind == Kind.DAMAGED ? HELP : ""), e);
    }

    private static Kind kind(RocksDBException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        Status status = e.getStatus();
        Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
        if (text.contains("no space left") || status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            return Kind.FULL;
        }
        if (code == Status.Code.Corruption || text.startsWith("corruption")) {
            return Kind.DAMAGED;
        }
        return code == Status.Code.ShutdownInProgress ? Kind.CLOSED : Kind.IO;
    }

    private SpoolException openFailure(RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        // Not just "lock", which is in "block checksum mismatch".
        if (lower.contains("while lock file") || lower.contains("lock hold by")) {
            return new SpoolException(
                    Kind.LOCKED, "spool " + settings.directory() + " is in use by " + owner() + ": stop it first", e);
        }
        Kind kind = kind(e);
        boolean gap = lower.contains("no such file") || lower.contains("column famil") || lower.contains("comparator");
        if (kind == Kind.DAMAGED || kind == Kind.IO && gap) {
            return damaged(text, e);
        }
        return new SpoolException(kind, "spool " + settings.directory() + ": " + text, e);
    }

    private SpoolException damaged(String what, Exception cause) {
        return new SpoolException(Kind.DAMAGED, "spool " + settings.directory() + " is damaged: " + what + HELP, cause);
    }

    private String owner() {
        try {
            return "process "
                    + Files.readString(settings.directory().resolve(OWNER)).strip();
        } catch (IOException e) {
            return "another process";
        }
    }
}

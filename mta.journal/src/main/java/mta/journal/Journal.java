package mta.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on disk, in order, and how far they have been sent. What {@link #append} has returned from survives a kill of
 * the process (and of the machine, if synced); the position is written before and after each batch, so that a batch
 * whose fate a crash has left open comes again exactly as it was, under the same id.
 *
 * <p>Files: numbered segments of frames (length, CRC32C, octets), deleted when they are sent; {@code position}: id of the
 * journal, segment, begin and end of the batch under way; {@code lock}, held while it is open. Thread-safe: one thread
 * appends, another takes.
 */
public final class Journal implements AutoCloseable {

    /**
     * @param maxBytes what the segments may take on disk
     * @param dropOldest what happens then: the oldest segment is dropped, or else {@link #append} fails
     * @param sync whether each append reaches the disk before it returns
     */
    public record Settings(Path directory, long maxBytes, boolean dropOldest, boolean sync) {}

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long SEGMENT_BYTES = 8L << 20;
    static final int HEAD = 8;
    private static final int LARGEST = 64 << 20;

    private final Settings settings;
    private final FileChannel lockFile;

    /** Kept, because the lock would end with it. */
    private final FileLock lock;

    /** Sizes of the segments, by number. */
    private final TreeMap<Long, Long> segments = new TreeMap<>();

    private FileChannel writing;
    private String name = "%08x".formatted(ThreadLocalRandom.current().nextInt());
    private long segment;
    private long from;
    private long to;
    private long bytes;
    private long dropped;
    private boolean ended;
    private boolean closed;

    /** @throws IOException also while another instance has it open: the predecessor in an update, for a moment */
    Journal(Settings settings) throws IOException {
        this.settings = settings;
        Files.createDirectories(settings.directory);
        lockFile = FileChannel.open(
                settings.directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock = lock();
        try {
            open();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private FileLock lock() throws IOException {
        try {
            FileLock taken = lockFile.tryLock();
            if (taken != null) {
                return taken;
            }
        } catch (OverlappingFileLockException e) {
            // by this process
        }
        lockFile.close();
        throw new IOException(settings.directory + " is in use");
    }

    private void open() throws IOException {
        try (var files = Files.newDirectoryStream(settings.directory, "*.segment")) {
            for (Path file : files) {
                String text = file.getFileName().toString();
                segments.put(Long.parseLong(text.substring(0, text.indexOf('.'))), Files.size(file));
            }
        }
        if (segments.isEmpty()) {
            begin();
        } else {
            mend(segments.lastKey());
        }
        bytes = segments.values().stream().mapToLong(Long::longValue).sum();
        readPosition();
    }

    private Path file(long number) {
        return settings.directory.resolve("%016d.segment".formatted(number));
    }

    /** Numbers come from the clock, so that they, and with them the ids of batches, are never used twice. */
    private void begin() throws IOException {
        long number = System.currentTimeMillis();
        if (!segments.isEmpty()) {
            number = Math.max(number, segments.lastKey() + 1);
        }
        FileChannel next = FileChannel.open(file(number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        closeQuietly(writing);
        writing = next;
        segments.put(number, 0L);
        syncDirectory();
    }

    /** Without it a new name, though not what is in the file, may be lost when the machine dies. */
    private void syncDirectory() throws IOException {
        if (settings.sync) {
            try (var directory = FileChannel.open(settings.directory, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /** Cuts off what a crash has left half written. */
    private void mend(long number) throws IOException {
        writing = FileChannel.open(file(number), StandardOpenOption.READ, StandardOpenOption.WRITE);
        long end = 0;
        for (Optional<byte[]> frame = frame(writing, end); frame.isPresent(); frame = frame(writing, end)) {
            end += HEAD + frame.get().length;
        }
        if (end < writing.size()) {
            LOG.warn("{}: {} bytes of an unfinished write are cut off", file(number), writing.size() - end);
            writing.truncate(end);
        }
        writing.position(end);
        segments.put(number, end);
    }

    /** Without a readable position everything is sent again: rather twice than never. */
    private void readPosition() throws IOException {
        segment = segments.firstKey();
        Path file = settings.directory.resolve("position");
        if (!Files.exists(file)) {
            return;
        }
        String[] words = Files.readString(file).strip().split(" ");
        try {
            long known = Long.parseLong(words[1]);
            if (segments.containsKey(known)) {
                segment = known;
                from = Math.min(Long.parseLong(words[2]), segments.get(known));
                to = Math.clamp(Long.parseLong(words[3]), from, segments.get(known));
            }
            name = words[0];
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("{} is not readable, what is in the journal is sent again", file);
        }
        for (long number : List.copyOf(segments.headMap(segment).keySet())) {
            delete(number);
        }
    }

    private void writePosition() throws IOException {
        Path file = settings.directory.resolve("position");
        Path next = settings.directory.resolve("position.new");
        String text = name + " " + segment + " " + from + " " + to + "\n";
        try (var channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            if (settings.sync) {
                channel.force(false);
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
    }

    // -- in -----------------------------------------------------------------------------------------------------------

    /**
     * All of them or, if it throws, none. None may be empty.
     *
     * @throws IOException if the disk says so, or the journal is full and nothing may be dropped
     */
    synchronized void append(List<byte[]> records) throws IOException {
        requireOpen();
        ByteBuffer frames = frames(records);
        makeRoom(frames.remaining());
        if (segments.lastEntry().getValue() >= SEGMENT_BYTES) {
            begin();
        }
        long number = segments.lastKey();
        long before = segments.get(number);
        try {
            while (frames.hasRemaining()) {
                writing.write(frames);
            }
            if (settings.sync) {
                writing.force(false);
            }
        } catch (IOException e) {
            takeBack(before, e);
            throw e;
        }
        segments.put(number, writing.position());
        bytes += writing.position() - before;
        notifyAll();
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(settings.directory + " is closed");
        }
    }

    private void takeBack(long before, IOException reason) {
        try {
            writing.truncate(before);
            writing.position(before);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private static ByteBuffer frames(List<byte[]> records) throws IOException {
        long size = 0;
        for (byte[] octets : records) {
            size += HEAD + octets.length;
        }
        if (size > LARGEST) {
            throw new IOException(records.size() + " records of " + size + " bytes at once");
        }
        var frames = ByteBuffer.allocate((int) size);
        for (byte[] octets : records) {
            frames.putInt(octets.length).putInt(sum(octets)).put(octets);
        }
        return frames.flip();
    }

    private static int sum(byte[] octets) {
        var sum = new CRC32C();
        sum.update(octets, 0, octets.length);
        return (int) sum.getValue();
    }

    private void makeRoom(long wanted) throws IOException {
        while (bytes + wanted > settings.maxBytes && settings.dropOldest && segments.size() > 1) {
            long oldest = segments.firstKey();
            long lost = count(oldest, oldest == segment ? from : 0);
            dropped += lost;
            LOG.error("the journal is full: the {} oldest records, in {}, are dropped", lost, file(oldest));
            delete(oldest);
            if (oldest == segment) {
                moveTo(segments.firstKey());
            }
        }
        if (bytes + wanted > settings.maxBytes) {
            if (settings.dropOldest && segments.lastEntry().getValue() > 0) {
                begin(); // what there is becomes the oldest
                makeRoom(wanted);
                return;
            }
            throw new IOException(settings.directory + " is full: " + bytes + " bytes wait");
        }
    }

    private long count(long number, long offset) throws IOException {
        long count = 0;
        try (var channel = FileChannel.open(file(number), StandardOpenOption.READ)) {
            for (Optional<byte[]> frame = frame(channel, offset); frame.isPresent(); frame = frame(channel, offset)) {
                offset += HEAD + frame.get().length;
                count++;
            }
        }
        return count;
    }

    private void delete(long number) throws IOException {
        Files.deleteIfExists(file(number));
        bytes -= segments.remove(number);
    }

    private void moveTo(long number) throws IOException {
        segment = number;
        from = 0;
        to = 0;
        writePosition();
    }

    // -- out ----------------------------------------------------------------------------------------------------------

    /** Waits until there is something to send; false: nothing more is to be taken. */
    synchronized boolean awaitRecords() throws InterruptedException {
        while (!ended && !waiting()) {
            wait();
        }
        return !ended;
    }

    /** Lets go who waits for records; what is under way may still be {@link #done}. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private boolean waiting() {
        return segment != segments.lastKey() || from < segments.get(segment);
    }

    /** Waits for as long, or until so much is there that a batch is full. */
    synchronized void linger(Duration time, long fullBytes) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!ended && to == from && segment == segments.lastKey() && segments.get(segment) - from < fullBytes) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /**
     * The oldest records that were not sent, at least one. The same again until {@link #done} or {@link #halve}; empty:
     * there is nothing.
     */
    synchronized Optional<Batch> next(int maxRecords, long maxBytes) throws IOException {
        requireOpen();
        while (from >= segments.get(segment) && segment != segments.lastKey()) {
            nextSegment();
        }
        if (from >= segments.get(segment)) {
            return Optional.empty();
        }
        boolean again = to > from;
        var records = new ArrayList<byte[]>();
        long end = from;
        try (var channel = FileChannel.open(file(segment), StandardOpenOption.READ)) {
            while (again ? end < to : records.size() < maxRecords && end - from < maxBytes) {
                Optional<byte[]> frame = frame(channel, end);
                if (frame.isEmpty()) {
                    break;
                }
                records.add(frame.get());
                end += HEAD + frame.get().length;
            }
        }
        if (records.isEmpty()) {
            LOG.error("{} is damaged at {}: {} bytes are skipped", file(segment), from, segments.get(segment) - from);
            from = segments.get(segment);
            to = from;
            return next(maxRecords, maxBytes);
        }
        if (to != end) {
            to = end;
            writePosition();
        }
        return Optional.of(new Batch(name, segment, from, to, records));
    }

    private void nextSegment() throws IOException {
        long sent = segment;
        moveTo(segments.higherKey(sent));
        delete(sent);
    }

    /** It is sent, or given up. */
    synchronized void done(Batch batch) throws IOException {
        if (!closed && batch.segment() == segment && batch.from() == from) {
            from = batch.to();
            to = from;
            writePosition();
        }
    }

    /** The next batch is the first half of this one. */
    synchronized void halve(Batch batch) throws IOException {
        if (!closed && batch.segment() == segment && batch.from() == from) {
            Iterator<byte[]> records = batch.records().iterator();
            to = from;
            for (int i = 0; i < Math.max(1, batch.records().size() / 2); i++) {
                to += HEAD + records.next().length;
            }
            writePosition();
        }
    }

    /** Empty at the end, and where there is no whole one. */
    private static Optional<byte[]> frame(FileChannel channel, long offset) throws IOException {
        var head = ByteBuffer.allocate(HEAD);
        try {
            fill(channel, head, offset);
            int length = head.getInt(0);
            // Zeros, which a machine that dies leaves in a file, are a frame of nothing with the right sum
            if (length < 1 || length > channel.size() - offset - HEAD) {
                return Optional.empty();
            }
            var octets = ByteBuffer.allocate(length);
            fill(channel, octets, offset + HEAD);
            return sum(octets.array()) == head.getInt(4) ? Optional.of(octets.array()) : Optional.empty();
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, offset + buffer.position());
            if (count < 0) {
                throw new EOFException();
            }
        }
    }

    // -- state --------------------------------------------------------------------------------------------------------

    /** Bytes on disk that were not sent yet. */
    synchronized long backlog() {
        return closed ? 0 : bytes - from;
    }

    /** Records that were dropped since it was opened because it was full. */
    synchronized long dropped() {
        return dropped;
    }

    /** The segments and their sizes. */
    synchronized Map<Long, Long> segments() {
        return Map.copyOf(segments);
    }

    @Override
    public synchronized void close() {
        closed = true;
        end();
        closeQuietly(writing);
        closeQuietly(lockFile);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("{}", e.toString());
            }
        }
    }
}

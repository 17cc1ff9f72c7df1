package plugins.logjson;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines that is set aside when it is large or old. What {@link #append} has returned from is in the file as a
 * whole; when it throws, nothing of it is. Used by one thread at a time; old files are compressed on a virtual thread
 * of their own.
 */
final class RotatingFile implements AutoCloseable {

    /**
     * @param maxBytes set aside when it would grow beyond; 0: never for its size
     * @param every set aside when a period of this length ends, counted from midnight UTC; zero: never for its age
     * @param keep how many old files are kept; 0: all
     * @param gzip whether old files are compressed
     * @param sync whether each batch is synced to the disk
     */
    record Settings(Path file, long maxBytes, Duration every, int keep, boolean gzip, boolean sync) {}

    private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private final Settings settings;
    private final InstantSource clock;
    private FileChannel channel;
    private Instant begun = Instant.EPOCH;
    private String lastStamp = "";
    private int sameSecond;
    private Thread tidying = Thread.ofVirtual().unstarted(() -> {});

    RotatingFile(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    Settings settings() {
        return settings;
    }

    /** @param lines whole lines */
    void append(byte[] lines) throws IOException {
        open();
        if (channel.size() > 0 && (full(lines.length) || old())) {
            rotate();
            open();
        }
        if (channel.size() == 0) {
            begun = clock.instant();
        }
        long end = channel.size();
        try {
            var buffer = ByteBuffer.wrap(lines);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (settings.sync) {
                channel.force(false);
            }
        } catch (IOException e) {
            takeBack(end);
            throw e;
        }
    }

    /** Half a batch must not stay: it comes again, and its last line would run into the next one. */
    private void takeBack(long end) {
        try (var again = FileChannel.open(settings.file, StandardOpenOption.WRITE)) {
            again.truncate(end);
        } catch (IOException e) {
            LOG.warn("{}: could not take back half a batch", settings.file, e);
        }
        close();
    }

    private boolean full(int more) throws IOException {
        return settings.maxBytes > 0 && channel.size() + more > settings.maxBytes;
    }

    private boolean old() {
        return !settings.every.isZero() && period(begun) != period(clock.instant());
    }

    private long period(Instant when) {
        return Math.floorDiv(when.toEpochMilli(), settings.every.toMillis());
    }

    /** Opens the file if it is not open: after a failure, an interruption or {@link #close} too. */
    private void open() throws IOException {
        if (channel != null && channel.isOpen()) {
            return;
        }
        Path folder = settings.file.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        boolean there = Files.exists(settings.file);
        begun = there ? Files.getLastModifiedTime(settings.file).toInstant() : clock.instant();
        // Appending, so that a file which somebody else has emptied (logrotate's copytruncate) goes on at its new end
        channel = FileChannel.open(settings.file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (!there) {
            Files.setPosixFilePermissions(settings.file, MODE); // whatever the umask
        } else {
            endTornLine();
        }
    }

    /** A crash may have left half a line; what follows must not become part of it. */
    private void endTornLine() throws IOException {
        if (channel.size() == 0) {
            return;
        }
        var last = ByteBuffer.allocate(1);
        try (var reader = FileChannel.open(settings.file, StandardOpenOption.READ)) {
            reader.read(last, reader.size() - 1);
        }
        if (last.get(0) != '\n') {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    private void rotate() throws IOException {
        close();
        String stamp = STAMP.format(clock.instant());
        // Upwards within a second, even if a lower number is free again: the numbers are the order
        sameSecond = stamp.equals(lastStamp) ? sameSecond + 1 : 0;
        lastStamp = stamp;
        Path aside = aside();
        while (Files.exists(aside) || Files.exists(gzipped(aside))) {
            sameSecond++;
            aside = aside();
        }
        Files.move(settings.file, aside, StandardCopyOption.ATOMIC_MOVE);
        tidy();
    }

    private Path aside() {
        String number = sameSecond == 0 ? "" : "." + sameSecond;
        return settings.file.resolveSibling(settings.file.getFileName() + "-" + lastStamp + number);
    }

    private static Path gzipped(Path file) {
        return file.resolveSibling(file.getFileName() + ".gz");
    }

    /** Compresses and removes old files; one such run at a time, a later one finds what an earlier one has missed. */
    private void tidy() {
        Thread before = tidying;
        tidying = Thread.ofVirtual().name("log-json tidy").start(() -> {
            try {
                before.join();
                compressAndExpire();
            } catch (IOException e) {
                LOG.warn("{}: could not tidy up old files", settings.file, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** For tests and for the end: waits until old files are compressed. */
    void awaitTidy() throws InterruptedException {
        tidying.join();
    }

    private void compressAndExpire() throws IOException {
        if (settings.gzip) {
            for (Path file : oldFiles()) {
                if (!file.toString().endsWith(".gz")) {
                    gzip(file);
                }
            }
        }
        List<Path> files = oldFiles();
        for (int i = 0; settings.keep > 0 && i < files.size() - settings.keep; i++) {
            Files.deleteIfExists(files.get(i));
        }
    }

    private static void gzip(Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".gz.tmp");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
            Files.copy(file, out);
        }
        Files.setPosixFilePermissions(temporary, MODE);
        Files.move(temporary, gzipped(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(file);
    }

    /** Oldest first. */
    private List<Path> oldFiles() throws IOException {
        String name = settings.file.getFileName().toString();
        Path folder = settings.file.toAbsolutePath().getParent();
        List<Path> files = new ArrayList<>();
        try (var all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String other = file.getFileName().toString();
                if (other.startsWith(name)
                        && other.substring(name.length()).matches("-\\d{8}T\\d{6}Z(\\.\\d+)?(\\.gz)?")) {
                    files.add(file);
                }
            }
        }
        files.sort(Comparator.comparing((Path file) -> stamp(name, file)).thenComparing(file -> number(name, file)));
        return files;
    }

    private static String stamp(String name, Path file) {
        return file.getFileName().toString().substring(name.length(), name.length() + 17);
    }

    private static int number(String name, Path file) {
        String rest =
                file.getFileName().toString().substring(name.length() + 17).replace(".gz", "");
        return rest.isEmpty() ? 0 : Integer.parseInt(rest.substring(1));
    }

    /** The next {@link #append} opens the file of that name anew. */
    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{}: could not close", settings.file, e);
        }
    }
}

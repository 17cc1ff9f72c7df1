package plugins.authfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@link Entries}. Looked at again when it has changed, at most once a second, by whoever asks first; a
 * file with a mistake leaves the old users in force. Thread-safe.
 */
final class UserFile {

    private static final Logger LOG = LoggerFactory.getLogger(UserFile.class);
    private static final long LARGEST = 64L << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Stamp(long time, long size, Object key) {
        static final Stamp NONE = new Stamp(-1, -1, "");
    }

    private final Path file;
    private volatile Map<String, Entries.User> users = Map.of();
    private volatile long looked;
    private Stamp stamp = new Stamp(-2, -2, ""); // guarded by this

    UserFile(Path file) {
        this.file = file;
        look();
    }

    Path path() {
        return file;
    }

    Optional<Entries.User> find(String name) {
        return Optional.ofNullable(current().get(name));
    }

    /** A hash like those of the users, to spend the time of a check on somebody who is none of them. */
    Optional<String> anyHash() {
        return current().values().stream().findFirst().map(Entries.User::hash);
    }

    private Map<String, Entries.User> current() {
        if (System.nanoTime() - looked > LOOK_NANOS) {
            look();
        }
        return users;
    }

    private synchronized void look() {
        looked = System.nanoTime();
        try {
            Stamp now = stamp();
            if (now.equals(stamp)) {
                return;
            }
            stamp = now;
            if (now.equals(Stamp.NONE)) {
                users = Map.of();
                LOG.info("{} is not there: nobody can log in", file);
                return;
            }
            users = Entries.parse(Files.readAllLines(file));
            warnIfOpen();
            LOG.info("{}: {} users", file, users.size());
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("{}: {}; the old users stay", file, e.getMessage());
        }
    }

    private Stamp stamp() throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.size() > LARGEST) {
                throw new IllegalArgumentException("larger than 64 MiB");
            }
            return new Stamp(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (NoSuchFileException e) {
            return Stamp.NONE;
        }
    }

    private void warnIfOpen() throws IOException {
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("{} can be read by everybody on this machine: chmod 640", file);
        }
    }
}

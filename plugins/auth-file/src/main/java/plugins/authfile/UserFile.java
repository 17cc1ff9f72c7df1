package plugins.authfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file: lines of {@code name:hash[:tenant[:disabled]]}, empty lines and lines that begin with {@code #}. Looked at again
 * when it has changed, at most once a second, by whoever asks first; a file with a mistake leaves the old users in
 * force. Thread-safe.
 */
final class UserFile {

    private static final Logger LOG = LoggerFactory.getLogger(UserFile.class);
    private static final long LARGEST = 64L << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** @param hash that {@link PasswordHash} knows */
    record User(String name, String hash, String tenant, boolean enabled) {
        @Override
        public String toString() {
            return name; // without the hash: this may reach a log
        }
    }

    private record Stamp(long time, long size, Object key) {
        static final Stamp NONE = new Stamp(-1, -1, "");
    }

    private final Path file;
    private volatile Map<String, User> users = Map.of();
    private volatile long looked;
    private Stamp stamp = new Stamp(-2, -2, ""); // guarded by this

    UserFile(Path file) {
        this.file = file;
        look();
    }

    Path path() {
        return file;
    }

    Optional<User> find(String name) {
        return Optional.ofNullable(current().get(name));
    }

    /** A hash like those of the users, to spend the time of a check on somebody who is none of them. */
    Optional<String> anyHash() {
        return current().values().stream().findFirst().map(User::hash);
    }

    private Map<String, User> current() {
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
            users = parse(Files.readAllLines(file));
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

    /** @throws IllegalArgumentException naming the line and what is wrong with it; never a hash */
    static Map<String, User> parse(List<String> lines) {
        var users = new HashMap<String, User>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            User user = parse(line, "line " + (i + 1) + ": ");
            if (users.putIfAbsent(user.name, user) != null) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + user.name + " was there before");
            }
        }
        return Map.copyOf(users);
    }

    private static User parse(String line, String where) {
        String[] words = line.strip().split(":", -1);
        if (words.length < 2 || words.length > 4) {
            throw new IllegalArgumentException(where + "expected name:hash[:tenant[:disabled]]");
        }
        String name = Prepared.of(words[0])
                .orElseThrow(() -> new IllegalArgumentException(where + "the name is empty or not a name"));
        if (!PasswordHash.known(words[1])) {
            throw new IllegalArgumentException(where + "the hash of " + name + " is of no kind that is known"
                    + " ($pbkdf2-sha256$ or $6$)");
        }
        String last = words.length < 4 ? "" : words[3];
        if (!last.isEmpty() && !last.equals("disabled")) {
            throw new IllegalArgumentException(where + "after the tenant comes nothing or the word disabled");
        }
        return new User(name, words[1], words.length < 3 ? "" : words[2], last.isEmpty());
    }

    /**
     * Adds a user, or gives the one of that name another password; all other lines stay as they are. The file is replaced
     * as a whole, with the permissions it had.
     *
     * @return whether the user is new
     */
    static synchronized boolean put(Path file, String name, String hash) throws IOException {
        List<String> lines = Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith(name + ":")) {
            at++;
        }
        boolean isNew = at == lines.size();
        if (isNew) {
            lines.add(name + ":" + hash);
        } else {
            String[] words = lines.get(at).split(":", 3);
            lines.set(at, name + ":" + hash + (words.length < 3 ? "" : ":" + words[2]));
        }
        parse(lines); // a file that would not be read is not written
        Set<PosixFilePermission> mode = isNew && !Files.exists(file)
                ? PosixFilePermissions.fromString("rw-------")
                : Files.getPosixFilePermissions(file);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, ".users", ".tmp");
        try {
            Files.write(temporary, lines);
            Files.setPosixFilePermissions(temporary, mode);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return isNew;
    }
}

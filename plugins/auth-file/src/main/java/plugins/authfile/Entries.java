package plugins.authfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the file holds: lines of {@code name:hash[:tenant[:disabled]]}, empty lines and lines that begin with {@code #}.
 * Needs nothing but the JDK, so that {@link Hash} can run alone.
 */
final class Entries {

    /** @param hash that {@link PasswordHash} knows */
    record User(String name, String hash, String tenant, boolean enabled) {
        @Override
        public String toString() {
            return name; // without the hash: this may reach a log
        }
    }

    private Entries() {}

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
                    + " ($pbkdf2-sha256$, $scram-sha-256$ or $6$)");
        }
        String last = words.length < 4 ? "" : words[3];
        if (!last.isEmpty() && !last.equals("disabled")) {
            throw new IllegalArgumentException(where + "after the tenant comes nothing or the word disabled");
        }
        return new User(name, words[1], words.length < 3 ? "" : words[2], last.isEmpty());
    }

    /**
     * Adds a user, or gives the one of that name another password; all other lines stay as they are. The file is
     * replaced as a whole, with the permissions it had.
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

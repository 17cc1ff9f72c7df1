package mta.core.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;

/**
 * Symbolic names of the bundles that an operator has disabled, one on each line of {@code var/plugins.disabled}; the
 * launcher reads it as well, before it starts the distribution's bundles. Thread-safe.
 */
final class Disabled {

    private final Path file;
    private final Set<String> names = new TreeSet<>();

    Disabled(Path file) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(names::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized boolean contains(String name) {
        return names.contains(name);
    }

    /** On disk when it returns, so that a restart does not bring it back. */
    synchronized void set(String name, boolean disabled) throws IOException {
        boolean changed = disabled ? names.add(name) : names.remove(name);
        if (changed) {
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.write(draft, names);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

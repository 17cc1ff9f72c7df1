package mta.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of sections that a bundle has declared, {@code var/sections}: what a file still says for a plugin that has been
 * taken out is told from a word that was never right. A name is kept until no file has it any more.
 */
final class KnownSections {

    private static final Logger log = LoggerFactory.getLogger(KnownSections.class);

    private KnownSections() {}

    /** @param instance the folder with {@code conf/} and {@code var/} */
    static Set<String> read(Path instance) {
        Path file = file(instance);
        if (!Files.exists(file)) {
            return Set.of();
        }
        try {
            return Set.copyOf(Files.readAllLines(file));
        } catch (IOException e) {
            log.warn("{}: {}", file, e.toString());
            return Set.of();
        }
    }

    /** Where it cannot be written, a plugin's section must go from the files before the plugin does: no reason to stop. */
    static void write(Path instance, Collection<String> names) {
        Path file = file(instance);
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, new TreeSet<>(names));
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn("{}: {}", file, e.toString());
        }
    }

    private static Path file(Path instance) {
        return instance.resolve("var/sections");
    }
}

package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of test vectors beside the repository: {@code shared.dir}, or {@code ../shared} seen from its root. */
final class Shared {

    private Shared() {}

    static Path folder(String name) {
        String given = System.getProperty("shared.dir", "");
        if (!given.isEmpty()) {
            return Path.of(given).resolve(name);
        }
        Path above = Path.of("").toAbsolutePath();
        while (above != null && !Files.isDirectory(above.resolve("shared").resolve(name))) {
            above = above.getParent();
        }
        return above == null
                ? Path.of("shared").resolve(name)
                : above.resolve("shared").resolve(name);
    }

    /** Never true: skips the test with a clear word, but fails it in CI. */
    static boolean absent(Path folder) {
        assertFalse(Boolean.parseBoolean(System.getenv("CI")), "test vectors are missing: " + folder);
        System.out.println("SKIPPED: test vectors are missing: " + folder);
        return false;
    }
}

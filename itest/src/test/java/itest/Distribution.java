package itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The built distribution under test. */
final class Distribution {

    static final Path ROOT = Path.of(System.getProperty("mta.root")).normalize();
    static final Path HOME = Path.of(System.getProperty("mta.dist")).normalize();

    private Distribution() {}

    /** The jars of {@code system/<level>}. */
    static List<Path> bundles(String level) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("system").resolve(level))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }
}

package mta.bench.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A distribution folder whose launcher is the fake one, with everything it needs in one jar. */
public final class FakeDistribution {
    private FakeDistribution() {}

    public static Path in(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("dist/lib"));
        try (OutputStream file = Files.newOutputStream(lib.resolve("launcher.jar"));
                var jar = new JarOutputStream(file)) {
            for (String element : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
                Path path = Path.of(element);
                if (Files.isDirectory(path)) {
                    add(jar, path);
                } else if (element.contains("HdrHistogram")) {
                    Files.copy(path, lib.resolve("HdrHistogram.jar"));
                }
            }
        }
        return folder.resolve("dist");
    }

    private static void add(JarOutputStream jar, Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(root.relativize(file).toString()));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }
}

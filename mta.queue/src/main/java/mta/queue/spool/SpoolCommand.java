package mta.queue.spool;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Starts {@link SpoolTool} from a plain class path, for {@code ./mta spool}: RocksDB lies nested in this bundle, where
 * only a framework finds it, so it is unpacked first. Must not touch a class that needs RocksDB.
 */
public final class SpoolCommand {

    private SpoolCommand() {
    }

    public static void main(String[] arguments) throws Exception {
        List<URL> path = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(element).toUri().toURL());
        }
        Path own = Path.of(SpoolCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isRegularFile(own)) {
            path.add(unpack(own).toUri().toURL());
        }
        // Beside, not above: classes of this bundle must be loaded where RocksDB is.
        try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass("mta.queue.spool.SpoolTool").getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        }
    }

    private static Path unpack(Path bundle) throws IOException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            JarEntry nested = jar.stream().filter(entry -> entry.getName().matches("(.*/)?rocksdbjni-[^/]*\\.jar"))
                    .findFirst().orElseThrow(() -> new IOException(bundle + " holds no rocksdbjni"));
            Path unpacked = Files.createTempFile("rocksdbjni", ".jar");
            unpacked.toFile().deleteOnExit();
            try (InputStream in = jar.getInputStream(nested)) {
                Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
            }
            return unpacked;
        }
    }
}

package mta.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.connect.ConnectContent;
import org.osgi.framework.connect.ConnectModule;
import org.osgi.framework.connect.ModuleConnector;

/**
 * Bundles whose classes come from the JVM's class path (OSGi Core R8, chapter 60, Connect): those whose jar stands on
 * it. Only classes of the JVM's own loader can be kept ready in an AOT cache, which halves the start. Wiring, services
 * and start levels are those of any bundle; what is lost is a second version of such a bundle in the same process.
 * Called by the framework on whichever thread installs or starts a bundle.
 */
final class ClassPath implements ModuleConnector {

    private static final String PREFIX = "connect:";

    private final Set<Path> jars = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(jar -> Path.of(jar).toAbsolutePath().normalize())
            .collect(Collectors.toUnmodifiableSet());

    /** Where to install this jar from. */
    String location(Path jar) {
        Path absolute = jar.toAbsolutePath().normalize();
        return jars.contains(absolute) ? PREFIX + absolute : "reference:" + jar.toUri();
    }

    @Override
    public void initialize(File storage, Map<String, String> configuration) {
        // nothing to keep
    }

    @Override
    public Optional<ConnectModule> connect(String location) {
        if (!location.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Path jar = Path.of(location.substring(PREFIX.length()));
        return Optional.of(() -> new Content(jar));
    }

    @Override
    public Optional<BundleActivator> newBundleActivator() {
        return Optional.empty();
    }

    /** What is in one jar. The framework opens it before it asks. */
    private static final class Content implements ConnectContent {

        private final Path path;
        private JarFile jar;

        Content(Path path) {
            this.path = path;
        }

        @Override
        public synchronized void open() throws IOException {
            if (jar == null) {
                jar = new JarFile(path.toFile(), false);
            }
        }

        @Override
        public synchronized void close() throws IOException {
            if (jar != null) {
                jar.close();
                jar = null;
            }
        }

        private synchronized JarFile opened() {
            if (jar == null) {
                throw new IllegalStateException(path + " is closed");
            }
            return jar;
        }

        @Override
        public Optional<Map<String, String>> getHeaders() {
            Map<String, String> headers = new HashMap<>();
            try (JarFile own = new JarFile(path.toFile(), false)) {
                own.getManifest()
                        .getMainAttributes()
                        .forEach((name, value) -> headers.put(name.toString(), value.toString()));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return Optional.of(headers);
        }

        @Override
        public Iterable<String> getEntries() {
            return () -> opened().stream().map(JarEntry::getName).iterator();
        }

        @Override
        public Optional<ConnectEntry> getEntry(String name) {
            return Optional.ofNullable(opened().getJarEntry(name)).map(Entry::new);
        }

        @Override
        public Optional<ClassLoader> getClassLoader() {
            return Optional.of(ClassPath.class.getClassLoader());
        }

        private final class Entry implements ConnectEntry {

            private final JarEntry entry;

            Entry(JarEntry entry) {
                this.entry = entry;
            }

            @Override
            public String getName() {
                return entry.getName();
            }

            @Override
            public long getContentLength() {
                return entry.getSize();
            }

            @Override
            public long getLastModified() {
                return entry.getTime();
            }

            @Override
            public InputStream getInputStream() throws IOException {
                return opened().getInputStream(entry);
            }
        }
    }
}

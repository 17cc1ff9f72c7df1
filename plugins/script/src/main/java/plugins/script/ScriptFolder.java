package plugins.script;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.io.FileSystem;

/**
 * What a script may read: modules and JSON in the scripts folder, by import only. Symbolic links count as what they point
 * to, so that a link does not lead out. A file is read once: contexts made later see what the first one saw, whatever was
 * saved meanwhile. Thread-safe.
 */
final class ScriptFolder implements FileSystem {

    private static final int LARGEST = 8 << 20;

    private final Path root;
    private final Map<Path, byte[]> files = new ConcurrentHashMap<>();

    /** @param root a real path: without links */
    ScriptFolder(Path root) {
        this.root = root;
    }

    /** What was read so far. */
    Map<Path, byte[]> files() {
        return files;
    }

    /** What the file holds, or held when it was read first. */
    byte[] read(Path path) throws IOException {
        Path file = inside(path);
        byte[] known = files.get(file);
        if (known != null) {
            return known;
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(path + " is larger than " + LARGEST + " bytes");
        }
        files.putIfAbsent(file, Files.readAllBytes(file));
        return files.get(file);
    }

    /** Whether the files hold what was read of them. */
    boolean isCurrent() {
        for (var read : files.entrySet()) {
            try {
                if (!Arrays.equals(Files.readAllBytes(read.getKey()), read.getValue())) {
                    return false;
                }
            } catch (IOException e) {
                return false; // gone
            }
        }
        return true;
    }

    private Path inside(Path path) throws IOException {
        Path real = root.resolve(path).toRealPath();
        if (!real.startsWith(root)) {
            throw new SecurityException("scripts import only from their folder, not " + path);
        }
        return real;
    }

    @Override
    public Path parsePath(URI uri) {
        if (!"file".equals(uri.getScheme())) {
            throw new UnsupportedOperationException("scripts import only files, not " + uri);
        }
        return Path.of(uri);
    }

    @Override
    public Path parsePath(String path) {
        return Path.of(path);
    }

    @Override
    public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) throws IOException {
        if (modes.contains(AccessMode.WRITE) || modes.contains(AccessMode.EXECUTE)) {
            throw new SecurityException("scripts only read");
        }
        inside(path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        if (!Set.of(StandardOpenOption.READ).containsAll(options)) {
            throw new SecurityException("scripts only read");
        }
        Path file = inside(path);
        if (!file.toString().matches(".*\\.(js|mjs|json)")) {
            throw new SecurityException("scripts import .js, .mjs and .json, not " + path);
        }
        return new OctetChannel(read(file));
    }

    @Override
    public Path toAbsolutePath(Path path) {
        return root.resolve(path).normalize();
    }

    @Override
    public Path toRealPath(Path path, LinkOption... options) throws IOException {
        return inside(path);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(inside(path), attributes, options);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) {
        throw new SecurityException("scripts only read");
    }

    @Override
    public void delete(Path path) {
        throw new SecurityException("scripts only read");
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter) {
        throw new SecurityException("scripts do not list folders");
    }
}

package mta.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The two folders of a node: the distribution it runs from, which it never writes to, and the instance folder with its
 * own {@code conf/ deploy/ scripts/ var/}. Several nodes may run from one distribution.
 */
record Instance(Path home, Path data) {

    /** Referred to for the life of the process: a lock that is garbage goes away with its channel. */
    private static volatile FileLock held;

    static Instance fromProperties() throws IOException {
        Path home = Path.of(System.getProperty("mta.home", ".")).toRealPath();
        Path data = Path.of(System.getProperty("mta.data", home.toString()))
                .toAbsolutePath()
                .normalize();
        return new Instance(home, data);
    }

    /** Makes what is not there yet; a new instance gets the distribution's default configuration. */
    void prepare() throws IOException {
        if (!Files.exists(data.resolve("conf"))) {
            Files.createDirectories(data.resolve("conf"));
            copyDefaults();
        }
        for (String folder : List.of("deploy", "scripts", "var")) {
            Files.createDirectories(data.resolve(folder));
        }
        // Mail, keys and the control socket are below var: nobody but the owner has business there.
        Files.setPosixFilePermissions(var(), PosixFilePermissions.fromString("rwx------"));
    }

    private void copyDefaults() throws IOException {
        try (var files = Files.newDirectoryStream(home.resolve("conf"))) {
            for (Path file : files) {
                Files.copy(file, data.resolve("conf").resolve(file.getFileName()));
            }
        }
    }

    Path var() {
        return data.resolve("var");
    }

    /**
     * Takes the instance for this process until it ends; two nodes in one folder would write to one spool.
     * The lock belongs to the process, so a crash leaves nothing to clean up.
     */
    void lock() throws IOException, StartFailure {
        FileChannel file = FileChannel.open(
                var().resolve("mta.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = file.tryLock();
        if (lock == null) {
            throw new StartFailure(Status.FAILED, "another node (" + owner(file) + ") runs in " + data);
        }
        held = lock;
        file.truncate(0);
        file.write(StandardCharsets.US_ASCII.encode(
                "pid " + ProcessHandle.current().pid()));
    }

    private static String owner(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(40);
        file.read(text, 0);
        return StandardCharsets.US_ASCII.decode(text.flip()).toString();
    }
}

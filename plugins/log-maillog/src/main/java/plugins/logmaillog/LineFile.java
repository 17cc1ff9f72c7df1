package plugins.logmaillog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file that others rotate: when it was moved away, the next lines go to a new one of its name. Each append is one
 * write, as a whole or not at all. For one thread at a time.
 */
final class LineFile implements AutoCloseable {

    /** @param key what the system knows the file by, whatever its name is now */
    private record Open(FileChannel channel, Object key) {}

    private final Path file;
    private Optional<Open> open = Optional.empty();

    LineFile(Path file) {
        this.file = file;
    }

    void append(byte[] lines) throws IOException {
        FileChannel channel = channel();
        long before = channel.size();
        var buffer = ByteBuffer.wrap(lines);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            try {
                channel.truncate(before); // the disk is full: the batch comes again as a whole
            } catch (IOException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
    }

    private FileChannel channel() throws IOException {
        if (open.isPresent() && open.get().key().equals(key())) {
            return open.get().channel();
        }
        close();
        Files.createDirectories(file.getParent());
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        open = Optional.of(new Open(channel, key()));
        return channel;
    }

    private Object key() throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return "gone";
        }
    }

    @Override
    public void close() throws IOException {
        Optional<Open> old = open;
        open = Optional.empty();
        if (old.isPresent()) {
            old.get().channel().close();
        }
    }
}

package plugins.greylist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Lines in a file: added at its end, and from time to time written anew and put in its place as a whole. Lines that were
 * added survive a kill of the process; those of the last moments may be lost when the machine dies. For one thread.
 */
final class StateFile {

    private static final long LEAST_BYTES = 1 << 20;

    private final Path file;

    /** Its size when it was last written as a whole. */
    private long whole;

    StateFile(Path file) {
        this.file = file;
    }

    Path path() {
        return file;
    }

    /** All whole lines; a half one at the end is what a crash has left. */
    List<String> read() throws IOException {
        byte[] octets;
        try {
            octets = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        String text = new String(octets, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** @return whether it is time to write it anew */
    boolean add(List<String> lines) throws IOException {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            write(channel, lines);
            return channel.size() > Math.max(LEAST_BYTES, 2 * whole);
        }
    }

    void replace(List<String> lines) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, lines);
            channel.force(true);
            whole = channel.size();
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(FileChannel channel, List<String> lines) throws IOException {
        var text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append('\n');
        }
        ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }
}

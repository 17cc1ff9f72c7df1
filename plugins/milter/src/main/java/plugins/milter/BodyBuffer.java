package plugins.milter;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps the body that a filter sends in place of the message's: the first part in memory, the rest in a file without a
 * name, so that nothing of it is left behind whatever happens. Line ends become CRLF: a CR or LF of its own would let a
 * filter's clumsiness smuggle a second message past the next server. Used by one thread.
 */
final class BodyBuffer {

    private static final int IN_MEMORY = 256 * 1024;

    /** Whether line ends are left as they are (BINARYMIME). */
    private final boolean binary;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private OutputStream out = first;
    private FileChannel file;
    private boolean afterCr;
    private boolean any;
    private boolean lineOpen;

    BodyBuffer(boolean binary) {
        this.binary = binary;
    }

    void write(byte[] octets) throws IOException {
        any = true;
        if (file == null && first.size() + octets.length > IN_MEMORY) {
            Path path = Files.createTempFile("mta-milter-", ".body");
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
            out = new BufferedOutputStream(Channels.newOutputStream(file), 64 * 1024);
        }
        if (binary) {
            out.write(octets);
            return;
        }
        for (byte octet : octets) {
            write(octet);
        }
    }

    private void write(byte octet) throws IOException {
        if (octet == '\n') {
            endLine();
            afterCr = false;
            return;
        }
        if (afterCr) {
            endLine();
        }
        afterCr = octet == '\r';
        if (!afterCr) {
            out.write(octet);
            lineOpen = true;
        }
    }

    private void endLine() throws IOException {
        out.write('\r');
        out.write('\n');
        lineOpen = false;
    }

    boolean isUsed() {
        return any;
    }

    /** What was written, to be read once. */
    InputStream finish() throws IOException {
        if (!binary && (afterCr || lineOpen)) {
            endLine();
        }
        out.flush();
        var memory = new ByteArrayInputStream(first.toByteArray());
        return file == null ? memory : new SequenceInputStream(memory, Channels.newInputStream(file.position(0)));
    }
}

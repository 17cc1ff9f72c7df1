package plugins.maildir;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;

/**
 * One Maildir. A message is written into {@code tmp}, synced, and renamed into {@code new}: it is there as a whole or not
 * at all, and once {@link #deliver} has returned it survives a crash. Its name is made of the message's id and the
 * recipient, so that a second try after a crash finds that the first one has arrived.
 */
record Maildir(Path directory, String host) {

    private static final String PRIVATE = "rwx------";

    boolean exists() {
        return Files.isDirectory(directory.resolve("new")) && Files.isDirectory(directory.resolve("tmp"));
    }

    void create() throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE));
        for (String name : new String[] {"tmp", "new", "cur"}) {
            Files.createDirectories(directory.resolve(name), mode);
        }
    }

    void deliver(Message message, Recipient recipient, String digest) throws IOException {
        // Seconds of the arrival first, as readers sort by it; the rest is unique (maildir(5))
        String unique = message.arrival().getEpochSecond() + "." + message.id() + "_" + digest + "." + host;
        if (arrived(unique)) {
            return;
        }
        Path temporary = directory.resolve("tmp").resolve(unique);
        try {
            long bytes = write(temporary, message, recipient);
            Path arrived = directory.resolve("new").resolve(unique + ",S=" + bytes);
            Files.move(temporary, arrived, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(directory.resolve("new"));
    }

    /** Also if it was read already: then it is in cur, with flags behind its name. */
    private boolean arrived(String unique) throws IOException {
        for (String name : new String[] {"new", "cur"}) {
            Path folder = directory.resolve(name);
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    if (files.anyMatch(file -> file.getFileName().toString().startsWith(unique))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static long write(Path file, Message message, Recipient recipient) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var channel = FileChannel.open(file, options, mode)) {
            OutputStream out = new LineFeeds(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
            // RFC 5321 section 4.4: the last hop records the reverse-path. An address holds no line breaks.
            String fields = "Return-Path: <" + message.envelope().sender().address() + ">\r\nDelivered-To: "
                    + recipient.address() + "\r\n";
            out.write(fields.getBytes(StandardCharsets.UTF_8));
            message.content().writeTo(out);
            out.flush();
            channel.force(true);
            return channel.size();
        }
    }

    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** CR LF becomes LF, as in all files of Unix; a CR alone stays. */
    private static final class LineFeeds extends FilterOutputStream {
        private boolean held;

        LineFeeds(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int octet) throws IOException {
            if (held && octet != '\n') {
                out.write('\r');
            }
            held = octet == '\r';
            if (!held) {
                out.write(octet);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void flush() throws IOException {
            if (held) {
                out.write('\r');
                held = false;
            }
            out.flush();
        }
    }
}

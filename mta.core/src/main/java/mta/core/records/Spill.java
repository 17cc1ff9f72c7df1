package mta.core.records;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import mta.plugins.api.log.LogRecord;

/**
 * Records on disk, in numbered files, oldest first. A record comes back as a {@link LogRecord.Event} with the kind and
 * the fields that it had. Files are read batch by batch and deleted when their last record was taken; a node that stops
 * in the middle of a file delivers that file again: at least once. Thread-safe.
 */
final class Spill {

    /** Keeps nothing. */
    static final Spill NONE = new Spill();

    private static final long MAX_BYTES = 1L << 30;
    private static final long FILE_BYTES = 8L << 20;
    private static final long MIDDLE = 1L << 40;

    private final Path directory;
    private final TreeSet<Long> files = new TreeSet<>();
    private long bytes;
    private DataInputStream reading;
    private boolean exhausted;
    private List<LogRecord> peeked;

    private Spill() {
        this.directory = null;
    }

    Spill(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        try (var list = Files.newDirectoryStream(directory, "*.records")) {
            for (Path file : list) {
                String name = file.getFileName().toString();
                files.add(Long.parseLong(name.substring(0, name.indexOf('.'))));
                bytes += Files.size(file);
            }
        }
    }

    private Path file(long number) {
        return directory.resolve("%014d.records".formatted(number));
    }

    synchronized boolean isEmpty() {
        return files.isEmpty();
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Behind everything. */
    synchronized void append(List<LogRecord> records) throws IOException {
        long number = files.isEmpty() ? MIDDLE : files.last();
        boolean full =
                !files.isEmpty() && (Files.size(file(number)) > FILE_BYTES || reading != null && files.size() == 1);
        write(full ? number + 1 : number, records);
    }

    /** Before everything. */
    synchronized void prepend(List<LogRecord> records) throws IOException {
        close();
        peeked = null;
        write(files.isEmpty() ? MIDDLE : files.first() - 1, records);
    }

    private void write(long number, List<LogRecord> records) throws IOException {
        if (directory == null) {
            throw new IOException("there is no place for records on disk");
        }
        if (bytes > MAX_BYTES) {
            throw new IOException("more than 1 GiB of records wait already");
        }
        var buffer = new ByteArrayOutputStream();
        var out = new DataOutputStream(buffer);
        for (LogRecord record : records) {
            encode(record, out);
        }
        Files.write(file(number), buffer.toByteArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        files.add(number);
        bytes += buffer.size();
    }

    /** The next records, at most so many. To be followed by {@link #drop} when they were taken, or by another peek of the same. */
    synchronized List<LogRecord> peek(int count) throws IOException {
        if (peeked != null) {
            return peeked;
        }
        var batch = new ArrayList<LogRecord>();
        if (reading == null) {
            reading = new DataInputStream(new BufferedInputStream(Files.newInputStream(file(files.first()))));
            exhausted = false;
        }
        try {
            while (batch.size() < count) {
                batch.add(decode(reading));
            }
        } catch (EOFException e) {
            exhausted = true; // the end, or a record cut short by a crash
        }
        peeked = batch;
        return batch;
    }

    /** What was peeked is taken. */
    synchronized void drop() throws IOException {
        peeked = null;
        if (exhausted) {
            close();
            long first = files.pollFirst();
            bytes -= Files.size(file(first));
            Files.delete(file(first));
        }
    }

    synchronized void close() {
        if (reading != null) {
            try {
                reading.close();
            } catch (IOException e) {
                // it was only read
            }
            reading = null;
        }
    }

    private static void encode(LogRecord record, DataOutputStream out) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        record.describe(new LogRecord.Fields() {
            @Override
            public void text(String name, String value) {
                values.put(name, value);
            }

            @Override
            public void texts(String name, List<String> many) {
                values.put(name, List.copyOf(many));
            }

            @Override
            public void number(String name, long value) {
                values.put(name, value);
            }

            @Override
            public void flag(String name, boolean value) {
                values.put(name, value);
            }
        });
        text(record.kind(), out);
        out.writeLong(record.time().toEpochMilli());
        out.writeShort(values.size());
        for (var entry : values.entrySet()) {
            text(entry.getKey(), out);
            switch (entry.getValue()) {
                case Long number -> {
                    out.writeByte('n');
                    out.writeLong(number);
                }
                case Boolean flag -> {
                    out.writeByte('b');
                    out.writeBoolean(flag);
                }
                case List<?> many -> {
                    out.writeByte('l');
                    out.writeInt(many.size());
                    for (Object one : many) {
                        text(one.toString(), out);
                    }
                }
                default -> {
                    out.writeByte('t');
                    text(entry.getValue().toString(), out);
                }
            }
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > 1 << 24) {
            throw new EOFException("not a record");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        var many = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            many.add(text(in));
        }
        return List.copyOf(many);
    }

    private static LogRecord decode(DataInputStream in) throws IOException {
        String kind = text(in);
        Instant time = Instant.ofEpochMilli(in.readLong());
        int count = in.readUnsignedShort();
        var values = new LinkedHashMap<String, Object>();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            values.put(
                    name,
                    switch (in.readByte()) {
                        case 'n' -> (Object) in.readLong();
                        case 'b' -> in.readBoolean();
                        case 'l' -> texts(in);
                        default -> text(in);
                    });
        }
        return new LogRecord.Event(time, kind, values);
    }
}

package plugins.logkafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import mta.plugins.api.log.LogRecord;

/**
 * A record as it waits in the journal. Its topic is chosen when it is sent, so that what waits obeys a change of settings.
 *
 * @param key the message's id, so that what happened to a message is in one partition, in order; empty: it is about none
 * @param value as the format wrote it, without the line end
 */
record Entry(String kind, Instant time, Optional<String> key, byte[] value) {

    /** Of this layout: what a later version writes differently, an earlier one must not misread. */
    private static final int VERSION = 1;

    static Entry of(LogRecord record, byte[] formatted) {
        int length = formatted.length;
        while (length > 0 && (formatted[length - 1] == '\n' || formatted[length - 1] == '\r')) {
            length--;
        }
        return new Entry(record.kind(), record.time(), id(record), java.util.Arrays.copyOf(formatted, length));
    }

    private static Optional<String> id(LogRecord record) {
        var found = new Id();
        record.describe(found);
        return found.value;
    }

    /** Of all fields only the message's id. */
    private static final class Id implements LogRecord.Fields {

        private Optional<String> value = Optional.empty();

        @Override
        public void text(String name, String text) {
            if (name.equals("id")) {
                value = Optional.of(text);
            }
        }

        @Override
        public void number(String name, long number) {}

        @Override
        public void flag(String name, boolean flag) {}

        @Override
        public void texts(String name, java.util.List<String> texts) {}
    }

    byte[] octets() {
        var octets = new ByteArrayOutputStream(value.length + 64);
        try (var out = new DataOutputStream(octets)) {
            out.writeByte(VERSION);
            out.writeUTF(kind);
            out.writeLong(time.toEpochMilli());
            out.writeBoolean(key.isPresent());
            if (key.isPresent()) {
                out.writeUTF(key.get());
            }
            out.write(value);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory, or a kind or key of 64 KiB", e);
        }
        return octets.toByteArray();
    }

    /** @throws UncheckedIOException if they are of another version */
    static Entry of(byte[] octets) {
        try (var in = new DataInputStream(new ByteArrayInputStream(octets))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("a record in the journal is of version " + version);
            }
            String kind = in.readUTF();
            Instant time = Instant.ofEpochMilli(in.readLong());
            Optional<String> key = in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
            return new Entry(kind, time, key, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

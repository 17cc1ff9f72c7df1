package plugins.milter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.io.Wire;

/**
 * Packets on a wire: four octets of length, one of what it is, and the rest. Numbers are big-endian, texts end in NUL. What
 * is written goes out when an answer is waited for. Used by one thread.
 */
final class Packets {

    /** Longest that a filter may send: 1 MiB of body, the most that the protocol knows, and some. */
    private static final int MAX = (1 << 20) + 4096;

    private final Wire wire;
    private final DataInputStream in;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    Packets(Wire wire) throws IOException {
        this.wire = wire;
        in = new DataInputStream(new BufferedInputStream(wire.in(), 8192));
    }

    /** A packet from the filter. */
    static final class Packet {

        final char type;
        private final ByteBuffer data;

        Packet(char type, byte[] data) {
            this.type = type;
            this.data = ByteBuffer.wrap(data);
        }

        boolean isEmpty() {
            return !data.hasRemaining();
        }

        int number() throws MilterException {
            if (data.remaining() < 4) {
                throw new MilterException("packet '" + type + "' is too short");
            }
            return data.getInt();
        }

        /** Up to the NUL; one char per octet, so that nothing of a header field is lost. */
        String octets() throws MilterException {
            int end = data.position();
            while (end < data.limit() && data.get(end) != 0) {
                end++;
            }
            if (end == data.limit()) {
                throw new MilterException("packet '" + type + "' holds a text without its end");
            }
            var text = new byte[end - data.position()];
            data.get(text);
            data.get();
            return new String(text, ISO_8859_1);
        }

        String text() throws MilterException {
            return new String(octets().getBytes(ISO_8859_1), UTF_8);
        }

        List<String> texts() throws MilterException {
            var all = new ArrayList<String>();
            while (!isEmpty()) {
                all.add(text());
            }
            return all;
        }

        byte[] rest() {
            var rest = new byte[data.remaining()];
            data.get(rest);
            return rest;
        }
    }

    /** Builds what follows the type. */
    static final class Payload {

        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        Payload octet(int value) {
            octets.write(value);
            return this;
        }

        Payload port(int value) {
            return octet(value >> 8).octet(value);
        }

        Payload number(int value) {
            octets.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
            return this;
        }

        /** In UTF-8. */
        Payload text(String value) {
            return ended(value.getBytes(UTF_8));
        }

        /** One octet per char. */
        Payload octets(String value) {
            return ended(value.getBytes(ISO_8859_1));
        }

        /** A NUL of its own would end it early, and what follows would be read as the next text. */
        private Payload ended(byte[] value) {
            for (byte octet : value) {
                if (octet != 0) {
                    octets.write(octet);
                }
            }
            return octet(0);
        }

        byte[] array() {
            return octets.toByteArray();
        }
    }

    void write(char type, byte[] payload, int length) {
        pending.writeBytes(
                ByteBuffer.allocate(5).putInt(length + 1).put((byte) type).array());
        pending.write(payload, 0, length);
    }

    void write(char type, byte[] payload) {
        write(type, payload, payload.length);
    }

    void flush() throws IOException {
        if (pending.size() > 0) {
            byte[] octets = pending.toByteArray();
            pending.reset();
            wire.out().write(octets);
        }
    }

    /** Sends what is pending and waits for one packet. */
    Packet read(Duration timeout) throws IOException {
        flush();
        wire.readTimeout(timeout);
        try {
            int length = in.readInt();
            if (length < 1 || length > MAX) {
                throw new MilterException("packet with a length of " + Integer.toUnsignedString(length) + " octets");
            }
            char type = (char) in.readUnsignedByte();
            var data = new byte[length - 1];
            in.readFully(data);
            return new Packet(type, data);
        } catch (SocketTimeoutException e) {
            throw new MilterException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (EOFException e) {
            throw new MilterException("the filter closed the connection", e);
        }
    }

    void close() throws IOException {
        wire.close();
    }
}

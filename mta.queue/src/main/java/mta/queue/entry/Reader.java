package mta.queue.entry;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads what {@link Writer} wrote. {@link #next} moves to the next field; a value that is not taken is skipped. */
final class Reader {

    private final ByteBuffer octets;
    private final int end;
    private int key;
    private int valueEnd;
    private long number;
    private int fieldStart;

    Reader(ByteBuffer octets, int start, int end) {
        this.octets = octets;
        this.end = end;
        this.valueEnd = start;
    }

    /** @throws BadEntry if what follows is no field */
    boolean next() {
        try {
            octets.position(valueEnd);
            fieldStart = valueEnd;
            if (valueEnd >= end) {
                return false;
            }
            key = (int) varint();
            switch (key & 3) {
                case Writer.NUMBER -> {
                    number = varint();
                    valueEnd = octets.position();
                }
                case Writer.BYTES -> valueEnd = endOf(varint());
                case Writer.FIELDS -> valueEnd = endOf(octets.getInt());
                default -> throw new BadEntry("a field of unknown kind");
            }
            return true;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new BadEntry("cut off", e);
        }
    }

    private int endOf(long size) {
        long last = octets.position() + size;
        if (size < 0 || last > end) {
            throw new BadEntry("a field is longer than the entry");
        }
        return (int) last;
    }

    int tag() {
        return key >>> 2;
    }

    long number() {
        return number;
    }

    int small() {
        return (int) number;
    }

    boolean flag() {
        return number != 0;
    }

    Instant time() {
        return Instant.ofEpochMilli(number);
    }

    double real() {
        return Double.longBitsToDouble(number);
    }

    String text() {
        byte[] bytes = bytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        byte[] bytes = new byte[valueEnd - octets.position()];
        octets.get(octets.position(), bytes);
        return bytes;
    }

    /** The nested fields of this field. */
    Reader fields() {
        return new Reader(octets, octets.position(), valueEnd);
    }

    /** This field as it is, key included. */
    byte[] whole() {
        byte[] bytes = new byte[valueEnd - fieldStart];
        octets.get(fieldStart, bytes);
        return bytes;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte octet = octets.get();
            value |= (long) (octet & 0x7F) << shift;
            if (octet >= 0) {
                return value;
            }
        }
        throw new BadEntry("a number without an end");
    }
}

package mta.queue.entry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes fields: a key (tag and kind), then a number, a length with bytes, or a nested list of fields. A reader skips
 * the tags that it does not know.
 */
final class Writer {

    static final int NUMBER = 0;
    static final int BYTES = 1;
    static final int FIELDS = 2;

    private byte[] octets = new byte[512];
    private int length;

    void number(int tag, long value) {
        varint(tag << 2 | NUMBER);
        varint(value);
    }

    void flag(int tag, boolean value) {
        if (value) {
            number(tag, 1);
        }
    }

    void text(int tag, String value) {
        int characters = value.length();
        varint(tag << 2 | BYTES);
        reserve(characters + 5);
        int start = length;
        if (characters < 128) {
            // Short and plain, as nearly all are: straight in, no array in between.
            octets[length++] = (byte) characters;
            for (int i = 0; i < characters; i++) {
                char c = value.charAt(i);
                if (c > 127) {
                    length = start;
                    bytes(value.getBytes(StandardCharsets.UTF_8));
                    return;
                }
                octets[length++] = (byte) c;
            }
            return;
        }
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Opens a nested list of fields; {@link #end} closes it. */
    int begin(int tag) {
        varint(tag << 2 | FIELDS);
        reserve(4);
        length += 4;
        return length;
    }

    void end(int start) {
        int size = length - start;
        octets[start - 4] = (byte) (size >>> 24);
        octets[start - 3] = (byte) (size >>> 16);
        octets[start - 2] = (byte) (size >>> 8);
        octets[start - 1] = (byte) size;
    }

    /** As they are, keys included. */
    void raw(byte[] fields) {
        reserve(fields.length);
        System.arraycopy(fields, 0, octets, length, fields.length);
        length += fields.length;
    }

    void octet(int value) {
        reserve(1);
        octets[length++] = (byte) value;
    }

    private void bytes(byte[] value) {
        varint(value.length);
        raw(value);
    }

    private void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            octets[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        octets[length++] = (byte) rest;
    }

    private void reserve(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + more));
        }
    }

    byte[] toByteArray() {
        return Arrays.copyOf(octets, length);
    }
}

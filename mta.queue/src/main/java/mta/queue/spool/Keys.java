package mta.queue.spool;

import java.nio.ByteBuffer;

/** Keys are big-endian, so that RocksDB's byte order is the order of the numbers. */
final class Keys {

    private Keys() {}

    /** The first piece of a body, and the lower bound of everything of a message. */
    static byte[] message(long message) {
        return ByteBuffer.allocate(8).putLong(message).array();
    }

    /** An entry's state, or a later piece of a body. */
    static byte[] part(long message, int number) {
        return ByteBuffer.allocate(12).putLong(message).putInt(number).array();
    }

    static long message(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static int number(byte[] key) {
        return key.length < 12 ? 0 : ByteBuffer.wrap(key).getInt(8);
    }
}

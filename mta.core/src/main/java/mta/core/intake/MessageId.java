package mta.core.intake;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Message ids: milliseconds since 1970 in the upper 44 bits, a sequence below, so that they sort by time and never come
 * twice, even when the clock steps back while the process runs. As text 13 characters of Crockford's base 32, which sort
 * the same way.
 */
public final class MessageId {

    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int LENGTH = 13;
    private static final int SEQUENCE_BITS = 20;

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    public MessageId(InstantSource clock) {
        this.clock = clock;
    }

    public long next() {
        long now = clock.millis() << SEQUENCE_BITS;
        return last.updateAndGet(previous -> Math.max(previous + 1, now));
    }

    /** Never gives an id up to this one again: called with the highest id found in the spool. */
    public void after(long id) {
        last.accumulateAndGet(id, Math::max);
    }

    public static String text(long id) {
        var out = new char[LENGTH];
        long rest = id;
        for (int i = LENGTH - 1; i >= 0; i--) {
            out[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
        return new String(out);
    }

    /** @throws IllegalArgumentException if it is not the text of an id */
    public static long parse(String text) {
        if (text.length() != LENGTH) {
            throw new IllegalArgumentException("a message id has " + LENGTH + " characters: " + text);
        }
        long id = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(Character.toUpperCase(text.charAt(i)));
            if (digit < 0) {
                throw new IllegalArgumentException("not a message id: " + text);
            }
            id = id << 5 | digit;
        }
        return id;
    }
}

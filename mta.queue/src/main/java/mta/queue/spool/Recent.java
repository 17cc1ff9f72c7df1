package mta.queue.spool;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bodies and states of recent messages, in the order of their arrival, within a number of bytes; the oldest go first.
 * Mail that goes straight out is served from here. Thread-safe.
 */
final class Recent {

    private static final int OVERHEAD = 200;

    private static final class Kept {
        final byte[] body;
        final Map<Integer, byte[]> states = HashMap.newHashMap(1);
        long bytes = OVERHEAD;

        Kept(byte[] body) {
            this.body = body;
            bytes += body.length;
        }
    }

    private final ReentrantLock recent = new ReentrantLock();
    private final LinkedHashMap<Long, Kept> messages = new LinkedHashMap<>();
    private final long limit;
    private volatile long bytes;

    Recent(long limit) {
        this.limit = limit;
    }

    void body(long message, byte[] body) {
        if (body.length + OVERHEAD > limit) {
            return;
        }
        recent.lock();
        try {
            Kept kept = new Kept(body);
            messages.put(message, kept);
            bytes += kept.bytes;
            shrink(limit);
        } finally {
            recent.unlock();
        }
    }

    /** Keeps a state if the message's body is kept. */
    void state(long message, int entry, byte[] state) {
        recent.lock();
        try {
            Kept kept = messages.get(message);
            if (kept == null) {
                return;
            }
            byte[] old = kept.states.put(entry, state);
            int grown = old == null ? OVERHEAD + state.length : state.length - old.length;
            kept.bytes += grown;
            bytes += grown;
            shrink(limit);
        } finally {
            recent.unlock();
        }
    }

    Optional<byte[]> body(long message) {
        recent.lock();
        try {
            return Optional.ofNullable(messages.get(message)).map(kept -> kept.body);
        } finally {
            recent.unlock();
        }
    }

    Optional<byte[]> state(long message, int entry) {
        recent.lock();
        try {
            return Optional.ofNullable(messages.get(message)).map(kept -> kept.states.get(entry));
        } finally {
            recent.unlock();
        }
    }

    void forget(long message) {
        recent.lock();
        try {
            Kept kept = messages.remove(message);
            bytes -= kept == null ? 0 : kept.bytes;
        } finally {
            recent.unlock();
        }
    }

    void forget(long message, int entry) {
        recent.lock();
        try {
            Kept kept = messages.get(message);
            byte[] old = kept == null ? null : kept.states.remove(entry);
            if (old != null) {
                kept.bytes -= OVERHEAD + old.length;
                bytes -= OVERHEAD + old.length;
            }
        } finally {
            recent.unlock();
        }
    }

    void trim(long left) {
        recent.lock();
        try {
            shrink(left);
        } finally {
            recent.unlock();
        }
    }

    long bytes() {
        return bytes;
    }

    private void shrink(long left) {
        Iterator<Kept> oldest = messages.values().iterator();
        while (bytes > left && oldest.hasNext()) {
            bytes -= oldest.next().bytes;
            oldest.remove();
        }
    }
}

package plugins.script;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contexts of one version of a script. A call takes one and gives it back; new ones are made on threads of their own,
 * never by a call. Thread-safe.
 */
final class Pool {

    private static final Logger log = LoggerFactory.getLogger(Pool.class);

    /** Makes a slot that comes back to {@link #back}. */
    @FunctionalInterface
    interface Maker {
        Slot make(Pool pool) throws ScriptRefused;
    }

    private final String script;
    private final ScriptSettings settings;
    private final Maker maker;
    private final List<Slot> slots = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Slot> free = new LinkedBlockingQueue<>();
    private volatile boolean retired;

    Pool(String script, ScriptSettings settings, Maker maker) {
        this.script = script;
        this.settings = settings;
        this.maker = maker;
    }

    List<Slot> slots() {
        return slots;
    }

    /** A slot more. */
    void add() throws ScriptRefused {
        add(maker.make(this));
    }

    void add(Slot slot) {
        slots.add(slot);
        free.add(slot);
    }

    /** The one that this thread is in, if any: as when a script's call of the host has led back into the script. */
    Slot of(Thread me) {
        for (Slot slot : slots) {
            if (slot.thread() == me) {
                return slot;
            }
        }
        return null;
    }

    /** Waits for a free slot until the thread is interrupted, as the hook runner does at the deadline. */
    Slot take() {
        Slot slot = free.poll();
        try {
            while (slot == null) {
                if (retired) {
                    throw new ScriptFailure(script + ": this version of the script is gone");
                }
                slot = free.poll(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScriptFailure(script + ": all its contexts are busy");
        }
        return slot;
    }

    /** A slot is not used any more, for now or for ever. */
    void back(Slot slot) {
        if (slot.isLeased()) {
            if (slots.remove(slot)) {
                renew(null);
            }
            return;
        }
        if (retired || slot.isReplaced()) {
            slot.close();
            return;
        }
        if (slot.isDead()) {
            slot.close();
            slots.remove(slot);
            renew(null);
            return;
        }
        boolean old = slot.calls() >= settings.recycleCalls()
                || slot.ageNanos() >= settings.recycleAge().toNanos();
        if (old && slot.startRenewal()) {
            renew(slot);
        }
        free.add(slot);
        if (retired && free.remove(slot)) {
            slot.close();
        }
    }

    private void renew(Slot old) {
        if (retired) {
            return;
        }
        Thread.ofVirtual().name("mta/script/" + script).start(() -> {
            try {
                add();
            } catch (ScriptRefused | RuntimeException e) {
                log.error("script {}: a context could not be made anew", script, e);
                return;
            }
            if (old != null) {
                slots.remove(old);
                old.replaced();
                if (free.remove(old)) {
                    old.close();
                }
            }
        });
    }

    /** No new calls; slots that are in use are closed when they come back. */
    void retire() {
        retired = true;
        for (Slot slot = free.poll(); slot != null; slot = free.poll()) {
            slot.close();
        }
    }
}

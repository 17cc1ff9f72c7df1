package plugins.script;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * One context with the script's functions in it. Used by one thread at a time; the watchdog may stop what runs. Whoever of
 * the two comes last hands the slot back, so that an interruption never hits the call after the one it was meant for.
 */
final class Slot {

    /** A context that does not heed its interruption so long is closed, and lost. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Context context;
    private final Runnable returned;
    private final boolean limited;
    private final long born = System.nanoTime();

    private Value[] functions = {};
    private long calls;

    /** Who is in it; empty between calls. Written under the lock. */
    private volatile Thread thread;

    private volatile long deadline;
    private boolean interrupting;
    private boolean interrupted;
    private boolean left;
    private volatile boolean leased;
    private volatile boolean dead;
    private volatile boolean replaced;
    private boolean renewing;

    /** @param returned is run when the slot can be used again, or is dead */
    Slot(Context context, boolean limited, Consumer<Slot> returned) {
        this.context = context;
        this.limited = limited;
        this.returned = () -> returned.accept(this);
    }

    Context context() {
        return context;
    }

    /** Before the first call. */
    void functions(Value[] all) {
        functions = all;
    }

    Value function(int index) {
        return functions[index];
    }

    Thread thread() {
        return thread;
    }

    long calls() {
        return calls;
    }

    long ageNanos() {
        return System.nanoTime() - born;
    }

    boolean isDead() {
        return dead;
    }

    boolean isReplaced() {
        return replaced;
    }

    void replaced() {
        replaced = true;
    }

    /** @param limit after which the call is stopped; 0: none, the hook runner says when */
    void enter(long limit) {
        calls++;
        deadline = limit == 0 ? 0 : System.nanoTime() + limit;
        synchronized (this) {
            left = false;
            thread = Thread.currentThread();
        }
        if (limited) {
            context.resetLimits();
        }
    }

    void leave() {
        if (end()) {
            returned.run();
        }
    }

    /** Like {@link #enter}, for a slot that is in no pool yet. */
    void begin(long limit) {
        enter(limit);
        calls--;
    }

    /** @return whether nobody is about to stop what ran in it */
    boolean end() {
        synchronized (this) {
            thread = null;
            left = true;
            if (interrupted) {
                interrupted = false;
                Thread.interrupted(); // it was meant for this call only
            }
            return !interrupting;
        }
    }

    /** @return whether this is the first time */
    boolean startRenewal() {
        boolean first = !renewing;
        renewing = true;
        return first;
    }

    /** From now on it belongs to an object that the script has given to the host. */
    void lease() {
        leased = true;
    }

    boolean isLeased() {
        return leased;
    }

    /** A context that was cancelled or has used up its statements can do nothing more. */
    void kill() {
        dead = true;
    }

    /** By the watchdog, now and then: stops a call past a deadline of its own. */
    void look(long now) {
        Thread caller = thread;
        if (caller != null && deadline != 0 && now - deadline > 0) {
            stop(caller, true);
        }
    }

    /**
     * Stops what this thread runs here, if it does. A loop heeds the interruption of its thread, but the script may catch
     * that; the interruption of its context it cannot.
     *
     * @param interrupt whether the thread has to be interrupted too: it may wait in the host
     */
    void stop(Thread caller, boolean interrupt) {
        synchronized (this) {
            if (thread != caller || interrupting) {
                return;
            }
            interrupting = true;
            if (interrupt) {
                caller.interrupt();
                interrupted = true;
            }
        }
        // A platform thread: spinning scripts may have all carriers of virtual ones.
        Thread.ofPlatform().daemon().name("mta-script-stop").start(this::interruptContext);
    }

    private void interruptContext() {
        try {
            context.interrupt(PATIENCE);
        } catch (TimeoutException e) {
            dead = true;
            context.close(true);
        } catch (PolyglotException | IllegalStateException e) {
            dead = true; // closed or cancelled meanwhile
        }
        boolean last;
        synchronized (this) {
            interrupting = false;
            last = left;
        }
        if (last) {
            returned.run();
        }
    }

    void close() {
        dead = true;
        try {
            context.close(true);
        } catch (PolyglotException | IllegalStateException e) {
            // cancelled before
        }
    }
}

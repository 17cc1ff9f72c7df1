package mta.plugins.api.admin;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Long work that a command has started on a thread of its own. The console shows its progress until it ends and
 * cancels it when the operator interrupts. Implementations are thread-safe: any thread may ask or cancel.
 */
@ConsumerType
public interface Job {

    /** What is being done, as in "bounce 1,204 messages to example.net". */
    String title();

    State state();

    /** Waits until the job has ended, at most this long; true if it has ended. */
    boolean await(Duration limit) throws InterruptedException;

    /** Asks the job to end early. What it has done stays done; {@link #state} then says how far it came. */
    void cancel();

    sealed interface State permits Running, Done, Cancelled, Failed {}

    /**
     * @param done steps finished so far
     * @param total steps in all, or -1 while that is not known
     */
    record Running(long done, long total) implements State {}

    /** @param answer what the command answers: a Table, a String or a Refusal */
    record Done(Object answer) implements State {}

    /** @param summary how much was done before it stopped */
    record Cancelled(String summary) implements State {}

    record Failed(String reason) implements State {}
}

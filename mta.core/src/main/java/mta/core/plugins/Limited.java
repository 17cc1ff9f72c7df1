package mta.core.plugins;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a bundle's own code outside of hooks (its start, its self test) on a platform thread, for no longer than a limit:
 * one that hangs or spins must not keep the drop-in folder or the console for ever.
 */
final class Limited {

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private Limited() {}

    /**
     * @throws TimeoutException if it did not end in time; it was interrupted, and may run on
     * @throws ExecutionException with what it threw
     */
    static void run(String what, Duration limit, Step step) throws ExecutionException, TimeoutException {
        var task = new FutureTask<Void>(() -> {
            step.run();
            return null;
        });
        Thread thread = Thread.ofPlatform().daemon().name("mta/plugin/" + what).start(task);
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw e;
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }
}

package mta.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (or SIGTERM) into an orderly end: what is running is asked to stop, and the process waits until the main
 * thread has printed what was measured so far and cleaned up.
 */
public final class Interrupt {
    private static final CountDownLatch MAIN_OVER = new CountDownLatch(1);
    private static final long PATIENCE_SECONDS = 15;

    private Interrupt() { }

    /** Runs an action on interrupt, at most once, on the JVM's shutdown thread. Close it when it is no longer needed. */
    public static Guard on(Runnable cancel) {
        var hook = new Thread(() -> {
            cancel.run();
            try {
                MAIN_OVER.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The interrupt is under way.
            }
        };
    }

    static void mainIsOver() {
        MAIN_OVER.countDown();
    }

    /** Withdraws the action. */
    @FunctionalInterface
    public interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}

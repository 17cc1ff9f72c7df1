package mta.bench;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (or SIGTERM) into an orderly end: what is running is asked to stop, and the process waits until the main
 * thread has printed what was measured so far and has removed what it made. The state is set by the main thread and
 * read by the JVM's shutdown thread.
 */
public final class Interrupt {
    private static final CountDownLatch MAIN_OVER = new CountDownLatch(1);
    private static final long PATIENCE_SECONDS = 30;

    private static volatile boolean requested;
    private static volatile Optional<Runnable> cancel = Optional.empty();

    private Interrupt() {}

    /** Called once, by the main thread. */
    static void arm() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(main), "interrupt"));
    }

    private static void stop(Thread main) {
        if (MAIN_OVER.getCount() == 0) {
            return; // the process ends by itself
        }
        requested = true;
        cancel.ifPresentOrElse(Runnable::run, main::interrupt);
        try {
            MAIN_OVER.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void mainIsOver() {
        MAIN_OVER.countDown();
    }

    /** Whether somebody wants this process to end. */
    public static boolean requested() {
        return requested;
    }

    /** What an interrupt does instead of interrupting the main thread, until the guard is closed. */
    public static Guard on(Runnable action) {
        cancel = Optional.of(action);
        return () -> cancel = Optional.empty();
    }

    /** Withdraws the action. */
    @FunctionalInterface
    public interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}

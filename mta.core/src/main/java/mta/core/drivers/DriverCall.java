package mta.core.drivers;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.log.PluginFailure;
import mta.plugins.api.log.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a driver for somebody who needs it, whatever it does: drivers have no binding, and so neither deadline nor failure
 * action of their own. Each failure is recorded. Runs on the caller's thread; one platform thread for all keeps the time, so
 * that drivers that keep every carrier busy cannot stop it.
 */
public final class DriverCall {

    private static final Logger log = LoggerFactory.getLogger(DriverCall.class);
    /** How long an interrupted call may take to come back before it is given up. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Records records;
    private final String point;
    private final String driver;
    private final String action;
    private final Duration limit;
    private final Runnable giveUp;

    /**
     * @param driver the name that it was chosen by
     * @param action what the caller does when it fails, for the record
     * @param limit after which it is interrupted; zero: it may take as long as it likes
     * @param giveUp when it ignores that: on another thread, the caller's may never come back
     */
    public DriverCall(Records records, String point, String driver, String action, Duration limit, Runnable giveUp) {
        this.records = records;
        this.point = point;
        this.driver = driver;
        this.action = action;
        this.limit = limit;
        this.giveUp = giveUp;
    }

    /** It threw, gave nothing or was late. */
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("mta-driver-watchdog").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true); // nobody stops it
        return timer;
    }

    /** @throws IOException of the driver: broken I/O is not its fault, and not recorded */
    public <R> R run(String stage, Callable<R> work) throws IOException, Failed {
        var call = new Timed(stage);
        R value = null;
        Throwable thrown = null;
        call.begin();
        try {
            value = work.call();
        } catch (Throwable e) { // LinkageError, AssertionError ...: whatever a plugin throws is its failure
            thrown = e;
        }
        if (call.end()) {
            drop(value);
            throw new Failed(point + " " + driver + " did not answer in time", thrown);
        }
        if (thrown == null && value != null) {
            return value;
        }
        throw switch (thrown) {
            case null -> failed(call, "null", "answered null", null);
            case IOException broken -> throw broken;
            case InterruptedException stopped -> {
                Thread.currentThread().interrupt();
                yield failed(call, "threw", stopped.toString(), stopped);
            }
            default -> failed(call, "threw", thrown.toString(), thrown);
        };
    }

    /** Nobody waits for it any more. */
    private static void drop(Object value) {
        if (value instanceof AutoCloseable open) {
            try {
                open.close();
            } catch (Exception e) {
                log.debug("closing what came late", e);
            }
        }
    }

    private Failed failed(Timed call, String failure, String detail, Throwable cause) {
        log.warn("{} {} failed at {}: {}", point, driver, call.stage, detail, cause);
        record(call, failure, detail);
        return new Failed(detail, cause);
    }

    private void record(Timed call, String failure, String detail) {
        var lasted = Duration.ofNanos(System.nanoTime() - call.start);
        records.emit(new PluginFailure(Instant.now(), "", driver, point, call.stage, failure, action, lasted, detail));
    }

    /** One call and its time. The lock keeps the timer from interrupting a thread that has come back. */
    private final class Timed {

        private final String stage;
        private final Thread thread = Thread.currentThread();
        private final long start = System.nanoTime();
        private Future<?> next;
        private boolean over;
        private boolean interrupted;

        Timed(String stage) {
            this.stage = stage;
        }

        synchronized void begin() {
            if (!limit.isZero()) {
                next = TIMER.schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private synchronized void late() {
            if (!over) {
                interrupted = true;
                String where = where();
                thread.interrupt();
                aside(() -> tell("late", where));
                next = TIMER.schedule(this::hung, GRACE.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private synchronized void hung() {
            if (!over) {
                String where = where();
                aside(() -> {
                    tell("hung", where);
                    Carriers.replace(thread);
                    giveUp.run();
                });
            }
        }

        private String where() {
            return Stream.of(thread.getStackTrace())
                    .limit(12)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining("; "));
        }

        /** Records and I/O may wait, which the timer must not. */
        private static void aside(Runnable work) {
            Thread.ofPlatform().daemon().name("mta-driver-late").start(work);
        }

        private void tell(String failure, String where) {
            log.error("{} {} is {} at {}: {}", point, driver, failure, stage, where);
            record(this, failure, "did not come back in time; it is at " + where);
        }

        /** @return whether it came too late */
        synchronized boolean end() {
            over = true;
            if (next != null) {
                next.cancel(false);
            }
            if (interrupted) {
                Thread.interrupted();
            }
            return interrupted;
        }
    }
}

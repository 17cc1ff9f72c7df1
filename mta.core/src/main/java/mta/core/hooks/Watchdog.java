package mta.core.hooks;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import mta.core.drivers.Carriers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks over all running calls every few milliseconds: interrupts those past their deadline, and gives up those that do
 * not heed it. One platform thread, so that plugins that keep every carrier busy cannot stop it; one tick for all calls
 * costs less than a timer for each.
 */
final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration TICK = Duration.ofMillis(20);

    /** How long an interrupted call may take to come back before its session is given up. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private final Supplier<Collection<Registration<?>>> registrations;
    private final Consumer<Running> hung;
    private final Thread thread;
    private volatile boolean stopped;

    Watchdog(Supplier<Collection<Registration<?>>> registrations, Consumer<Running> hung) {
        this.registrations = registrations;
        this.hung = hung;
        this.thread = Thread.ofPlatform().daemon().name("mta-hook-watchdog").start(this::run);
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!stopped) {
            LockSupport.parkNanos(TICK.toNanos());
            try {
                look(System.nanoTime());
            } catch (
                    Throwable e) { // whatever a plugin's Stoppable throws: without the watchdog nothing is ever stopped
                log.error("the watchdog of plugin calls goes on after", e);
            }
        }
    }

    private void look(long now) {
        Carriers.wake();
        for (Registration<?> registration : registrations.get()) {
            for (Running call : registration.running()) {
                if (!call.isLate(now)) {
                    continue;
                }
                call.interrupt();
                if (call.overdueNanos(now) > GRACE.toNanos() && call.giveUp()) {
                    if (call.spins()) {
                        Carriers.add();
                    }
                    hung.accept(call);
                }
            }
        }
    }
}

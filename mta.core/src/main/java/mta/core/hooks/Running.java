package mta.core.hooks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Stoppable;

/**
 * One call while it runs: its edits, its deadline, and the handshake between the thread that makes it and the watchdog
 * that interrupts it, so that an interruption never hits what the thread does after the call.
 */
final class Running implements Call {

    private final Link<?> link;
    private final Registration<?> registration;
    private final PlanPin pin;
    private final Thread thread;
    private final long startNanos;
    private final long deadlineNanos;

    private List<Runnable> edits = List.of();
    private boolean over;
    private boolean interrupted;
    private boolean givenUp;

    Running(
            Link<?> link,
            Registration<?> registration,
            PlanPin pin,
            Thread thread,
            long startNanos,
            long deadlineNanos) {
        this.link = link;
        this.registration = registration;
        this.pin = pin;
        this.thread = thread;
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public String binding() {
        return link.binding().name();
    }

    @Override
    public String plugin() {
        return link.binding().plugin();
    }

    @Override
    public boolean trusted() {
        return link.binding().trusted();
    }

    @Override
    public Instant deadline() {
        return Instant.now().plusNanos(deadlineNanos - System.nanoTime());
    }

    @Override
    public synchronized void edit(Runnable edit) {
        if (over) {
            throw new IllegalStateException("the call of " + binding() + " is over: this edit comes too late");
        }
        if (edits.isEmpty()) {
            edits = new ArrayList<>();
        }
        edits.add(edit);
    }

    Link<?> link() {
        return link;
    }

    Registration<?> registration() {
        return registration;
    }

    PlanPin pin() {
        return pin;
    }

    long startNanos() {
        return startNanos;
    }

    boolean isLate(long now) {
        return now - deadlineNanos > 0;
    }

    long overdueNanos(long now) {
        return now - deadlineNanos;
    }

    /** Ends the call, on the thread that made it: no more edits, and no interruption after this. */
    synchronized void end() {
        over = true;
        if (interrupted && Thread.currentThread() == thread) {
            Thread.interrupted();
        }
    }

    /** As {@link #end}, of a call that a thread of its own makes, which is interrupted: nobody waits for it any more. */
    synchronized void interruptAndEnd(Thread runner) {
        end();
        runner.interrupt();
        stop(runner);
    }

    /** By the watchdog. @return whether this was the first time */
    synchronized boolean interrupt() {
        if (over || interrupted) {
            return false;
        }
        interrupted = true;
        thread.interrupt();
        stop(thread);
        return true;
    }

    /** Under the lock, so that the call cannot end meanwhile and the next one of its thread be hit. */
    private void stop(Thread runner) {
        if (registration.service() instanceof Stoppable plugin) {
            plugin.stop(runner);
        }
    }

    /** By the watchdog, when the interruption was not heeded. @return whether this was the first time */
    synchronized boolean giveUp() {
        if (over || givenUp) {
            return false;
        }
        givenUp = true;
        over = true;
        return true;
    }

    synchronized boolean wasGivenUp() {
        return givenUp;
    }

    StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    boolean spins() {
        return thread.getState() == Thread.State.RUNNABLE;
    }

    /** Applies the edits in order, after {@link #end}. @return how many */
    int apply() {
        for (Runnable edit : edits) {
            edit.run();
        }
        return edits.size();
    }
}

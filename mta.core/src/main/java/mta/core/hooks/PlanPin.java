package mta.core.hooks;

import java.util.HashSet;
import java.util.Set;
import mta.plugins.api.hooks.Pin;

/** A pin on a plan. Belongs to the thread of its session or attempt; only {@link #giveUp} comes from elsewhere. */
final class PlanPin implements Pin {

    private final HookRunner runner;
    private final PlanPin session;
    private Plan plan;
    private boolean closed;
    private Set<String> satisfied = Set.of();
    private volatile Runnable giveUp;

    PlanPin(HookRunner runner, Plan plan, PlanPin session) {
        this.runner = runner;
        this.plan = plan;
        this.session = session;
    }

    Plan pinned() {
        return plan;
    }

    /** Whether this binding has accepted everything to come. */
    boolean isSatisfied(Binding binding) {
        return !satisfied.isEmpty() && satisfied.contains(binding.name())
                || session != null && session.isSatisfied(binding);
    }

    /** Remembers an Accept that reaches beyond its stage. */
    void satisfy(Binding binding, boolean forSession) {
        if (forSession && session != null) {
            session.satisfy(binding, true);
            return;
        }
        if (satisfied.isEmpty()) {
            satisfied = new HashSet<>();
        }
        satisfied.add(binding.name());
    }

    @Override
    public long plan() {
        return plan.number();
    }

    @Override
    public void onHang(Runnable whenHung) {
        giveUp = whenHung;
    }

    /** By the watchdog. */
    void giveUp() {
        Runnable handler = giveUp;
        if (handler != null) {
            handler.run();
        } else if (session != null) {
            session.giveUp();
        }
    }

    @Override
    public void renew() {
        if (!closed && !runner.isCurrent(plan)) {
            Plan old = plan;
            plan = runner.take();
            old.release();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            plan.release();
        }
    }
}

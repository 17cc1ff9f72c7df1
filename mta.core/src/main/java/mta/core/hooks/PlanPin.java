package mta.core.hooks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import mta.plugins.api.hooks.Pin;

/** A pin on a plan. Belongs to the thread of its session or attempt; only {@link #giveUp} comes from elsewhere. */
final class PlanPin implements Pin {

    private final HookRunner runner;
    private final PlanPin session;
    private Plan plan;
    private boolean closed;
    private List<Registration<?>> drivers = List.of();
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

    /** Takes a driver for as long as the pin stands or until it is renewed; false if the driver is leaving. */
    boolean hold(Registration<?> driver) {
        if (drivers.contains(driver)) {
            return true;
        }
        if (!driver.hold()) {
            return false;
        }
        if (drivers.isEmpty()) {
            drivers = new ArrayList<>(2);
        }
        drivers.add(driver);
        return true;
    }

    private void letGo() {
        drivers.forEach(Registration::letGo);
        drivers = List.of();
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
            plan = runner.current();
            letGo();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            letGo();
        }
    }
}

package mta.core.hooks;

import java.time.Duration;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Selector;

/**
 * A binding at one stage in one plan: whom to call, and with which limits. The plugin is the one that was there when the
 * plan was made; if it has left since, its successor.
 */
public final class Link<T> {

    /** How long a call waits for the successor of a required plugin: long enough for an update in place. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Binding binding;
    private final HookType type;
    private final String stage;
    private final Hook hook;
    private final Guard guard;
    private final Tally tally;
    private final Seat<T> seat;
    private final Registration<T> planned;
    private final long timeoutNanos;

    Link(Binding binding, HookType type, String stage, Guard guard, Seat<T> seat, Registration<T> planned) {
        this.binding = binding;
        this.type = type;
        this.stage = stage;
        this.hook = type.stages().get(stage);
        this.guard = guard;
        this.tally = guard.tally(stage);
        this.seat = seat;
        this.planned = planned;
        this.timeoutNanos = binding.timeout()
                .orElse(Duration.ofMillis(hook.timeoutMillis()))
                .toNanos();
    }

    public Binding binding() {
        return binding;
    }

    /** Whether the binding is for this, and the plugin too; of one that is not there only the binding is known. */
    public boolean matches(Selector selector) {
        if (!binding.matches(selector)) {
            return false;
        }
        Registration<T> registration = registration();
        return registration == null || registration.concerns(selector);
    }

    /** What to do with what an observer does not take. */
    public FailureAction onFailure() {
        return onError();
    }

    HookType type() {
        return type;
    }

    String stage() {
        return stage;
    }

    Hook hook() {
        return hook;
    }

    Guard guard() {
        return guard;
    }

    Tally tally() {
        return tally;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    FailureAction onError() {
        return binding.onError().orElse(hook.onError());
    }

    FailureAction onOpen() {
        return binding.onOpen().orElseGet(this::onError);
    }

    FailureAction onBusy() {
        return binding.onBusy().orElseGet(this::onError);
    }

    /** The plugin to try first; null if there is none now. */
    Registration<T> registration() {
        return planned != null && !planned.isClosed() ? planned : seat.current();
    }

    /** For the second try: a required plugin is waited for. */
    Registration<T> successor(Duration patience) {
        return binding.required() ? seat.await(patience) : seat.current();
    }

    /** What tables show about who would run. */
    String runs() {
        Registration<T> registration = registration();
        return registration == null ? "missing" : registration.version();
    }
}

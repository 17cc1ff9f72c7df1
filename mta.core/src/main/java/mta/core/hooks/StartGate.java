package mta.core.hooks;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import mta.core.node.Gate;

/**
 * Opens when the bundles that the configuration mentions have started, all bindings are in force, and the required plugins are
 * there. A required plugin from the deploy folder comes a little later than the rest and is waited for, but not for
 * ever: then mail is put off (4yz) by its binding, as with any required plugin that is missing. Bindings that no plan
 * can be made of keep the gate shut until they are put right. Asked by the listeners' threads.
 */
final class StartGate implements Gate {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final BooleanSupplier started;
    private final BooleanSupplier allStarted;
    private final HookRunner runner;
    private final InstantSource clock;
    private Optional<Instant> since = Optional.empty();
    private volatile boolean open;
    private volatile boolean openOut;

    /**
     * @param started whether the framework has reached its beginning start level
     * @param allStarted whether it has reached the start level of every plugin
     */
    StartGate(BooleanSupplier started, BooleanSupplier allStarted, HookRunner runner, InstantSource clock) {
        this.started = started;
        this.allStarted = allStarted;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    public String waitsFor() {
        return open ? "" : look();
    }

    @Override
    public String deliveryWaitsFor() {
        String listeners = waitsFor();
        if (listeners.isEmpty() && !openOut) {
            openOut = allStarted.getAsBoolean();
            return openOut ? "" : "the start of all plugins";
        }
        return listeners;
    }

    private synchronized String look() {
        if (!started.getAsBoolean()) {
            return "the start of the plugins";
        }
        String unbound = runner.unbound();
        if (!unbound.isEmpty()) {
            return "bindings: " + unbound;
        }
        Instant now = clock.instant();
        Instant end = since.orElse(now).plus(PATIENCE);
        since = Optional.of(since.orElse(now));
        Optional<String> missing = runner.missingPlugin();
        if (missing.isPresent() && now.isBefore(end)) {
            return "plugin " + missing.get();
        }
        open = true;
        return "";
    }
}

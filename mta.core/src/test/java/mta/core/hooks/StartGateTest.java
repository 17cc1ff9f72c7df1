package mta.core.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When mail may come in. */
class StartGateTest {

    /** A hook point. */
    public interface Look {
        @Hook(Kind.OBSERVE)
        default void look(String what) throws Exception {}
    }

    private Instant now = Instant.EPOCH;
    private boolean started;
    private boolean allStarted;
    private final HookRunner runner = new HookRunner(_ -> {}, InstantSource.system());
    private final StartGate gate = new StartGate(() -> started, () -> allStarted, runner, () -> now);

    @AfterEach
    void stop() {
        runner.close();
    }

    private static Binding required(String plugin, String stage) {
        return Binding.parse(
                plugin, Map.of("plugin", plugin, "point", "Look", "stages", new String[] {stage}, "required", true));
    }

    private AutoCloseable come(String plugin) {
        return runner.register(Look.class, new Look() {}, Map.of("mta.plugin", plugin));
    }

    @Test
    void opensWhenAllHaveStartedAndTheRequiredPluginsAreThere() {
        assertEquals("the start of the plugins", gate.waitsFor());
        started = true;
        assertEquals("bindings: not read yet", gate.waitsFor());
        runner.bind(List.of(required("guard", "look")));
        assertEquals("plugin guard", gate.waitsFor());
        come("guard");
        assertEquals("", gate.waitsFor());
    }

    @Test
    void waitsForTheOtherBundlesEvenIfNothingIsRequired() {
        runner.bind(List.of());
        assertEquals("the start of the plugins", gate.waitsFor());
        started = true;
        assertEquals("", gate.waitsFor());
    }

    @Test
    void deliveryWaitsForThosePluginsTooThatNoConfigurationMentions() {
        runner.bind(List.of());
        assertEquals("the start of the plugins", gate.deliveryWaitsFor());
        started = true;
        assertEquals("the start of all plugins", gate.deliveryWaitsFor());
        assertEquals("", gate.waitsFor());
        allStarted = true;
        assertEquals("", gate.deliveryWaitsFor());
        allStarted = false; // the node stops
        assertEquals("", gate.deliveryWaitsFor());
    }

    @Test
    void doesNotWaitForEverForAPluginThatNobodyInstalled() {
        started = true;
        runner.bind(List.of(required("guard", "look")));
        assertEquals("plugin guard", gate.waitsFor());
        now = now.plus(StartGate.PATIENCE);
        assertEquals("", gate.waitsFor());
    }

    @Test
    void bindingsThatCannotBeReadKeepItShutUntilTheyArePutRight() {
        started = true;
        runner.refuse("binding x: order is not a number");
        come("guard"); // makes a new plan, which is not what was configured
        now = now.plus(StartGate.PATIENCE).plus(StartGate.PATIENCE);
        assertEquals("bindings: binding x: order is not a number", gate.waitsFor());
        runner.bind(List.of());
        assertEquals("", gate.waitsFor());
    }

    @Test
    void bindingsThatNoPlanCanBeMadeOfKeepItShut() {
        started = true;
        runner.bind(List.of(required("guard", "loook")));
        come("guard"); // declares the hook point, and with it its stages
        assertEquals("bindings: binding guard: Look has no stage loook; it has look", gate.waitsFor());
    }

    @Test
    void staysOpenWhateverHappensToTheNode() throws Exception {
        started = true;
        runner.bind(List.of(required("guard", "look")));
        try (var guard = come("guard")) {
            assertEquals("", gate.waitsFor());
        }
        runner.refuse("a reload went wrong");
        started = false;
        assertEquals("", gate.waitsFor());
    }
}

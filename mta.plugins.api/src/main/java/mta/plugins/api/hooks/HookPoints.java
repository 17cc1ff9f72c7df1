package mta.plugins.api.hooks;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The hook runner, an OSGi service. Any bundle may declare a hook point (an interface whose methods carry {@link Hook})
 * and run it: ordering, deadlines, failure actions, breakers, pinning, metrics and traces come with it.
 *
 * <pre>{@code
 * Stage<Score> score = hookPoints.point(Score.class).stage("score");   // once, at activation
 * try (Pin pin = hookPoints.pin()) {
 *     if (score.bound(pin, selector)) {
 *         Decision decision = score.decide(pin, selector, (plugin, call) -> plugin.score(thing));
 *     }
 * }
 * }</pre>
 *
 * Thread-safe.
 */
@ProviderType
public interface HookPoints {

    /** @throws IllegalArgumentException if no method of the interface carries {@link Hook} */
    <T> HookPoint<T> point(Class<T> type);

    /**
     * Pins the current plan: everything run with this pin sees the same bindings in the same order, whatever is
     * deployed meanwhile. Cheap; must be closed.
     */
    Pin pin();

    /**
     * Pins the current plan for a message within a session: what a plugin has accepted for the session
     * ({@link mta.plugins.api.Verdict.Scope#SESSION}) holds for the message too.
     */
    Pin pin(Pin session);
}

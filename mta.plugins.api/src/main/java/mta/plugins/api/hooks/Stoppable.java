package mta.plugins.api.hooks;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Implemented by a plugin whose calls an interruption alone may not stop, because what it runs never looks: an interpreter.
 * The host calls it beside the interruption, when a call has passed its deadline.
 */
@ConsumerType
public interface Stoppable {

    /**
     * Stops the call that this thread makes in the plugin. Returns at once, without waiting for the end of the call; must
     * not block or throw.
     */
    void stop(Thread caller);
}

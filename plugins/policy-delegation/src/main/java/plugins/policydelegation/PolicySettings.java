package plugins.policydelegation;

import java.time.Duration;
import mta.plugins.api.io.Endpoint;

/**
 * How one server is reached.
 *
 * @param name of the plugin, for records
 * @param context the attribute {@code policy_context}, by which one server tells several clients apart
 * @param timeout for the answer
 * @param retryDelay before a second and last try
 * @param maxIdle connections that are kept for later
 * @param idleTimeout how long they are
 */
record PolicySettings(
        String name,
        Endpoint endpoint,
        String context,
        Duration connectTimeout,
        Duration timeout,
        Duration retryDelay,
        int maxIdle,
        Duration idleTimeout) {}

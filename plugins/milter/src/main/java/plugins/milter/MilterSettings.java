package plugins.milter;

import java.time.Duration;
import mta.plugins.api.io.Endpoint;

/**
 * How one filter is reached.
 *
 * @param name of the filter, for records
 * @param hostname of this node, macro {@code j}
 * @param commandTimeout for the answer to each command
 * @param contentTimeout for the answer to the end of the message
 */
record MilterSettings(
        String name,
        Endpoint endpoint,
        String hostname,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration contentTimeout) {}

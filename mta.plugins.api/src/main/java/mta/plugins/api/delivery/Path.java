package mta.plugins.api.delivery;

import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.Source;

/**
 * The way of a message out of this node: connections belong to it, limits apply to it, queues feed it.
 *
 * @param transport name of the transport
 * @param site destinations with the same set of mail exchangers are one site
 * @param source where connections come from
 * @param settings the limits in force when the channel was opened
 */
public record Path(String transport, String site, Source source, PathSettings settings) {

    /** {@code smtp:mx.example.com via default}, for tables and records. */
    public String name() {
        return transport + ":" + site + " via " + source.name();
    }
}

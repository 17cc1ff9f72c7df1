package mta.core.node;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The node itself, an OSGi service. It is there once the configuration has been read and found right, so a component
 * that refers to it never runs on a refused configuration. Thread-safe.
 */
@ProviderType
public interface Node {

    /** The name that this node greets with and says in EHLO, in Received and in Message-ID: a domain or an address literal. */
    String hostname();

    /** Tells this node from others that share its hostname; letters, digits and {@code -}. */
    String instance();

    /** The folder that everything durable lives below: {@code var/} of the instance. */
    Path data();

    /** The instance's own folder, with {@code conf/ deploy/ scripts/ var/}; files in the configuration are relative to it. */
    Path home();

    String version();

    Instant started();

    /** How long an orderly stop may take, all {@link Drain}s together. */
    Duration stopTimeout();
}

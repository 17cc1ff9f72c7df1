package mta.core.node;

import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that finishes its work before the node stops, an OSGi service. All of them are called at the same time, each
 * on a thread of its own, while every plugin is still there; the bundles stop after the last one has returned or the
 * time is up.
 */
@ConsumerType
public interface Drain {

    /** Begins nothing new, and returns when what was begun has ended or the deadline has passed. */
    void drain(Instant deadline) throws InterruptedException;
}

/**
 * Hook points of the way out: the protocols that deliver ({@link mta.plugins.api.delivery.Transport}) and the decisions
 * around an attempt ({@link mta.plugins.api.delivery.Delivery}). Knows nothing of how mail came in.
 */
@Export
@Version("1.0.0")
package mta.plugins.api.delivery;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

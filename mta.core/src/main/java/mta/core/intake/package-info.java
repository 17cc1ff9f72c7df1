/**
 * The way into the queue, and the contract between intake and queue. Knows neither SMTP nor how the queue stores.
 */
@Export
@Version("1.0.0")
package mta.core.intake;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

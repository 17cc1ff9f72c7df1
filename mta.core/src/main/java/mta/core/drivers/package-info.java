/**
 * How drivers are called by those who need them: mechanisms, kinds of streams. Knows nothing of what they do.
 */
@Export
@Version("1.0.0")
package mta.core.drivers;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

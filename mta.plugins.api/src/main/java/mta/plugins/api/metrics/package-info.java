/** Numbers that somebody may want to see while they change. */
@Export
@Version("1.0.0")
package mta.plugins.api.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

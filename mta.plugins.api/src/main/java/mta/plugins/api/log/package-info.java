/**
 * Records: typed events about mail, for logs, accounting and alarms. Sinks take them, formats write them.
 */
@Export
@Version("1.2.0")
package mta.plugins.api.log;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/** How settings write amounts: {@code 5m}, {@code 10MiB}. The same words everywhere. */
@Export
@Version("1.0.0")
package mta.plugins.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

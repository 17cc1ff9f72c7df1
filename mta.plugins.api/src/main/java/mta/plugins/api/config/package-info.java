/** How settings write amounts and networks: {@code 5m}, {@code 10MiB}, {@code 192.0.2.0/24}. The same words everywhere. */
@Export
@Version("1.2.0")
package mta.plugins.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

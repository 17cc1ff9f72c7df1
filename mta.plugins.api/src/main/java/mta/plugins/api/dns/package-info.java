/** DNS as plugins and the host ask it: found, not there, and cannot tell are three different answers. */
@Export
@Version("1.1.0")
package mta.plugins.api.dns;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

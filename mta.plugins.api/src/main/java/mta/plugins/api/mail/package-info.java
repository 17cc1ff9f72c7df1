/**
 * Mail as it travels: envelope, recipients, header fields, content. Immutable values where they are data, host-made
 * views where they are large. Knows nothing of how mail came in or goes out.
 */
@Export
@Version("1.0.0")
package mta.plugins.api.mail;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

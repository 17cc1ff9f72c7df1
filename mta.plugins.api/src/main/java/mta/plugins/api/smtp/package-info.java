/**
 * Hook points of the SMTP server: what plugins see and decide while mail comes in. Knows nothing of the queue: what was
 * accepted goes on in {@link mta.plugins.api.routing}.
 */
@Export
@Version("1.2.0")
package mta.plugins.api.smtp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/**
 * Hook points between reception and queue, run for every message on every way in: who its queue belongs to, when it may
 * leave, and the last change to its content. Also the way in itself: {@link mta.plugins.api.routing.Intake}.
 */
@Export
@Version("1.1.0")
package mta.plugins.api.routing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/**
 * The hook runner's contract: the four kinds of hook points, how an interface declares its stages, and how a bundle
 * runs a hook point of its own. Plugins that only implement hook points need nothing from here but
 * {@link mta.plugins.api.hooks.Call}. Knows no mail.
 */
@Export
@Version("1.1.0")
package mta.plugins.api.hooks;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

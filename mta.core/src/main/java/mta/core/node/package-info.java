/**
 * What the other bundles of the host may know of the node they run in, and how they are told that it stops. Knows
 * neither mail nor configuration files.
 */
@Export
@Version("1.0.0")
package mta.core.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

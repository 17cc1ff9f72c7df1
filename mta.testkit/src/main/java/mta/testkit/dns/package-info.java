/**
 * DNS for tests: a map that answers at once, and a small server for tests of the real resolver. Both answer what they
 * were told and "no such name" to everything else; neither ever asks the network.
 */
@Export
@Version("1.0.0")
package mta.testkit.dns;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

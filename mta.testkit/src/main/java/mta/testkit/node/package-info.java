/**
 * A whole node in process, for tests of plugins: real spool, queue, SMTP server and client, hooks and records, built by
 * plain constructors, with a clock that the test moves and DNS as a map. Knows neither OSGi nor configuration files.
 */
@Export
@Version("1.0.0")
package mta.testkit.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

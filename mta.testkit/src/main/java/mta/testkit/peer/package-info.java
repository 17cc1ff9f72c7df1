/**
 * Programs that other people wrote, for tests that talk to the real thing (tag {@code peers}). Knows how to start and stop
 * one, nothing of what it speaks.
 */
@Export
@Version("1.0.0")
package mta.testkit.peer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

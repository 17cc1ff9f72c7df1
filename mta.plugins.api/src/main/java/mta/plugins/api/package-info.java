/**
 * Words that every hook point shares: what a plugin answers ({@link mta.plugins.api.Verdict}), what a peer is told
 * ({@link mta.plugins.api.Reply}), who mail is for ({@link mta.plugins.api.Address}) and what a plugin is called.
 * Values only: nothing here knows a server, a queue or a framework.
 */
@Export
@Version("1.0.0")
package mta.plugins.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/**
 * Policy look-ups: a typed query, an answer with a time to live. Used wherever a decision depends on data that somebody
 * else keeps: files, databases, services. "Not found" and "cannot tell" are different things everywhere.
 */
@Export
@Version("1.1.0")
package mta.plugins.api.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/**
 * Byte streams: where they are listened for, how they are dialled, and what wraps them (TLS, PROXY, SOCKS5, capture).
 * Knows no mail protocol.
 */
@Export
@Version("1.2.0")
package mta.plugins.api.io;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

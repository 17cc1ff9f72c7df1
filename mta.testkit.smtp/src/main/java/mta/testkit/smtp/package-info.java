/**
 * A scripted SMTP or LMTP peer over real sockets: it answers as it should until its script says otherwise; then it
 * refuses, stalls, drops or talks nonsense. Depends on nothing but the JDK, so that every module's tests can use it.
 */
@Export
@Version("1.0.0")
package mta.testkit.smtp;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

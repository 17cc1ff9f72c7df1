package mta.plugins.api.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import mta.plugins.api.Notes;
import mta.plugins.api.io.TlsInfo;
import org.osgi.annotation.versioning.ProviderType;

/** One connection of a client. Read by the thread of the session only. */
@ProviderType
public interface Session {

    /** Unique for the life of the process; for records. */
    String id();

    /** Name of the listener in the configuration, such as {@code mx} or {@code submission}. */
    String listener();

    /** {@code SMTP}, {@code ESMTP}, {@code ESMTPS}, {@code ESMTPSA}, {@code LMTP} ...: RFC 3848, RFC 6531 section 4.3. */
    String protocol();

    /** The client; after PROXY or XCLIENT the one that they name. Its port is 0 where unknown. */
    InetSocketAddress remote();

    InetSocketAddress local();

    /** Name of the client by reverse DNS, confirmed by a forward look-up; empty if none or not looked up. */
    Optional<String> remoteName();

    /** The argument of HELO or EHLO; empty before. */
    Optional<String> helo();

    /** Empty while the connection is not encrypted. */
    Optional<TlsInfo> tls();

    /** Who has authenticated; empty if nobody. */
    Optional<String> user();

    /** The SASL mechanism by which they did, in upper case; empty if nobody has, or where {@link #override} named the user. */
    Optional<String> mechanism();

    /** Lives as long as the connection. */
    Notes notes();

    /**
     * Edit: speaks of another client from here on (PROXY, XCLIENT). Only for bindings configured as {@code trusted}.
     *
     * @throws SecurityException if the binding is not trusted
     */
    void override(InetSocketAddress remote, Optional<String> remoteName, Optional<String> helo, Optional<String> user);
}

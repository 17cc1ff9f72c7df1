package plugins.milter;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.smtp.Session;

/**
 * Who brings the message, as filters know clients.
 *
 * @param listener name of the listener
 * @param mechanism of the authentication
 */
record Party(
        String listener,
        String protocol,
        InetSocketAddress local,
        InetSocketAddress remote,
        Optional<String> name,
        Optional<String> helo,
        Optional<TlsInfo> tls,
        Optional<String> user,
        Optional<String> mechanism) {

    static Party of(Session session) {
        return new Party(
                session.listener(),
                session.protocol(),
                session.local(),
                session.remote(),
                session.remoteName(),
                session.helo(),
                session.tls(),
                session.user(),
                session.mechanism());
    }

    Party withHelo(String said) {
        return new Party(listener, protocol, local, remote, name, Optional.of(said), tls, user, mechanism);
    }

    /** This node, for mail that did not come by SMTP or is past that: as Postfix does it, from localhost. */
    static Party self(String hostname) {
        var here = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return new Party(
                "local",
                "ESMTP",
                here,
                here,
                Optional.of("localhost"),
                Optional.of(hostname),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** In numbers, without zone; the empty string where there is none (a Unix-domain socket). */
    static String address(InetSocketAddress socket) {
        if (socket.getAddress() == null) {
            return "";
        }
        String text = socket.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    String address() {
        return address(remote);
    }

    /** The name of the client, or its address in brackets. */
    String nameOrAddress() {
        return name.orElseGet(() -> address().isEmpty() ? "localhost" : "[" + address() + "]");
    }

    /** The letter for the kind of address: 4, 6, or U where there is none. */
    char family() {
        return remote.getAddress() == null ? 'U' : remote.getAddress() instanceof Inet6Address ? '6' : '4';
    }
}

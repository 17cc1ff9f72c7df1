package mta.smtp.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.Notes;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.smtp.Session;

/**
 * Who is connected and what is known of it: what bindings select by, and what plugins see as the session. Used by the
 * thread of the session.
 */
final class Client implements Selector {

    final String session;
    final String listener;
    final boolean lmtp;
    final InetSocketAddress local;
    final NoteBook notes = new NoteBook();

    InetSocketAddress remote;
    Optional<String> remoteName = Optional.empty();
    Optional<String> helo = Optional.empty();
    Optional<TlsInfo> tls = Optional.empty();
    Optional<String> user = Optional.empty();
    Optional<String> mechanism = Optional.empty();

    /** Said EHLO or LHLO. */
    boolean extended;

    /** What the next hook call is about; empty strings and {@link Address#NULL} outside a transaction. */
    String transaction = "";

    boolean utf8;
    Address sender = Address.NULL;
    Address recipient = Address.NULL;

    Client(String session, String listener, boolean lmtp, InetSocketAddress local, InetSocketAddress remote) {
        this.session = session;
        this.listener = listener;
        this.lmtp = lmtp;
        this.local = local;
        this.remote = remote;
    }

    /** Address of the client in numbers, or the empty string where there is none. */
    String address() {
        return remote.getAddress() == null ? "" : remote.getAddress().getHostAddress();
    }

    /** RFC 3848; with SMTPUTF8 in the transaction RFC 6531 section 4.3. */
    String protocol() {
        String base = lmtp ? "LMTP" : extended ? "ESMTP" : "SMTP";
        if (!lmtp && !extended) {
            return base;
        }
        String suffix = (tls.isPresent() ? "S" : "") + (user.isPresent() ? "A" : "");
        return (utf8 ? "UTF8" + (lmtp ? "LMTP" : "SMTP") : base) + suffix;
    }

    @Override
    public String value(String key) {
        return switch (key) {
            case "listener" -> listener;
            case "client" -> address();
            case "user" -> user.orElse("");
            case "sender.domain" -> sender.domain();
            case "recipient.domain" -> recipient.domain();
            case Selector.TRACE -> transaction.isEmpty() ? session : transaction;
            default -> "";
        };
    }

    /** RFC 3207 section 4.2: what was learned in plain text is forgotten. */
    void forget() {
        helo = Optional.empty();
        user = Optional.empty();
        mechanism = Optional.empty();
        extended = false;
    }

    Session view(Call call) {
        return new View(this, call);
    }

    private record View(Client client, Call call) implements Session {

        @Override
        public String id() {
            return client.session;
        }

        @Override
        public String listener() {
            return client.listener;
        }

        @Override
        public String protocol() {
            return client.protocol();
        }

        @Override
        public InetSocketAddress remote() {
            return client.remote;
        }

        @Override
        public InetSocketAddress local() {
            return client.local;
        }

        @Override
        public Optional<String> remoteName() {
            return client.remoteName;
        }

        @Override
        public Optional<String> helo() {
            return client.helo;
        }

        @Override
        public Optional<TlsInfo> tls() {
            return client.tls;
        }

        @Override
        public Optional<String> user() {
            return client.user;
        }

        @Override
        public Optional<String> mechanism() {
            return client.mechanism;
        }

        @Override
        public Notes notes() {
            return client.notes.view(call);
        }

        @Override
        public void override(
                InetSocketAddress remote, Optional<String> remoteName, Optional<String> helo, Optional<String> user) {
            if (!call.trusted()) {
                throw new SecurityException("binding " + call.binding() + " is not configured as trusted");
            }
            call.edit(() -> {
                client.remote = remote;
                client.remoteName = remoteName;
                client.helo = helo;
                client.user = user;
                client.mechanism = Optional.empty();
            });
        }
    }
}

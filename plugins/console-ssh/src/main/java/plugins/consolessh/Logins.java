package plugins.consolessh;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is logged in: asks for keys, keeps to the limits, and leaves a record ({@code ConsoleLogin}) of each connection, whether
 * it got in or not. Called on SSHD's threads, for one connection by one at a time; thread-safe.
 */
final class Logins implements PublickeyAuthenticator, SessionListener {

    private static final Logger log = LoggerFactory.getLogger(Logins.class);

    private static final int LONGEST_NAME = 100;
    private static final AttributeKey<Visitor> VISITOR = new AttributeKey<>();

    /** One connection. */
    private static final class Visitor {
        private final List<String> refused = new ArrayList<>();
        private boolean counted;
        private boolean inside;
        private boolean turnedAway;
        private String user = "";
        private String name = "";
        private String fingerprint = "";
    }

    private final AuthorizedKeys keys;
    private final Records records;
    private final int most;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger outside = new AtomicInteger();

    /** @param most that may be logged in at once, and as many that try to */
    Logins(AuthorizedKeys keys, Records records, int most) {
        this.keys = keys;
        this.records = records;
        this.most = most;
    }

    private static Visitor visitor(Session session) {
        return session.computeAttributeIfAbsent(VISITOR, _ -> new Visitor());
    }

    /** In whose name the verbs of this connection run. */
    static Operator operator(Session session) {
        return new Operator("ssh:" + visitor(session).name);
    }

    // -- SSHD asks ----------------------------------------------------------------------------------------------------

    /** Asked once when a client offers a key, and again when it has signed with it. */
    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        Visitor visitor = visitor(session);
        visitor.user = printable(user);
        String fingerprint = KeyUtils.getFingerPrint(key);
        Optional<String> holder = keys.holder(key);
        if (holder.isEmpty()) {
            if (!visitor.refused.contains(fingerprint)) {
                visitor.refused.add(fingerprint);
            }
            return false;
        }
        visitor.name = printable(holder.get());
        visitor.fingerprint = fingerprint;
        return true;
    }

    @Override
    public void sessionCreated(Session session) {
        Visitor visitor = visitor(session);
        visitor.counted = true;
        if (outside.incrementAndGet() > most) {
            visitor.turnedAway = true;
            session.close(true); // before the costly key exchange
        }
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event != Event.Authenticated) {
            return;
        }
        Visitor visitor = visitor(session);
        visitor.inside = true;
        outside.decrementAndGet();
        if (inside.incrementAndGet() > most) {
            tell(session, visitor, false, "as many are logged in as may be: " + most);
            turnAway(session);
        } else {
            tell(session, visitor, true, "");
        }
    }

    private static void turnAway(Session session) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, "as many are logged in as may be");
        } catch (java.io.IOException e) {
            session.close(true);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        Visitor visitor = visitor(session);
        if (!visitor.counted) {
            return;
        }
        visitor.counted = false;
        if (visitor.inside) {
            inside.decrementAndGet();
            return;
        }
        outside.decrementAndGet();
        tell(session, visitor, false, reason(visitor));
    }

    private static String reason(Visitor visitor) {
        if (visitor.turnedAway) {
            return "too many try at once";
        }
        if (!visitor.fingerprint.isEmpty()) {
            return "the key is known, but nothing was signed with it";
        }
        return visitor.refused.isEmpty() ? "no key was offered" : "no known key";
    }

    // -- records ------------------------------------------------------------------------------------------------------

    private void tell(Session session, Visitor visitor, boolean success, String reason) {
        String client = client(session.getIoSession().getRemoteAddress());
        List<String> shown = visitor.fingerprint.isEmpty() ? visitor.refused : List.of(visitor.fingerprint);
        log.info(
                "ssh: {} {} {} {}{}",
                success ? "logged in:" : "refused:",
                client,
                success ? visitor.name : visitor.user,
                shown,
                reason.isEmpty() ? "" : ": " + reason);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("who", success ? operator(session).name() : "");
        values.put("user", visitor.user);
        values.put("client", client);
        values.put("keys", List.copyOf(shown));
        values.put("success", success);
        if (!reason.isEmpty()) {
            values.put("reason", reason);
        }
        records.emit(new LogRecord.Event(Instant.now(), "ConsoleLogin", values));
    }

    private static String client(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }

    /** Names go into records and onto terminals. */
    private static String printable(String name) {
        String clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
    }
}

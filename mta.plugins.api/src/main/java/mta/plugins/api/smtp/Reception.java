package mta.plugins.api.smtp;

import static mta.plugins.api.Verdict.Kind.ACCEPT;
import static mta.plugins.api.Verdict.Kind.DISCARD;
import static mta.plugins.api.Verdict.Kind.HOLD;
import static mta.plugins.api.Verdict.Kind.LATER;
import static mta.plugins.api.Verdict.Kind.NEXT;
import static mta.plugins.api.Verdict.Kind.REFUSE;

import java.io.InputStream;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides about mail while it comes in. Calls for one session come one after the other on the session's own virtual
 * thread (but {@link #stream}); blocking is fine. An instance serves all sessions at once and must be thread-safe: what
 * belongs to a session or a message goes into its notes.
 *
 * <p>Selector keys of bindings: {@code listener}, {@code client} (address), {@code user}, {@code sender.domain},
 * {@code recipient.domain}, {@code tenant}.
 *
 * <p>When nobody has an opinion everything proceeds, except {@link #rcpt}: a recipient that no plugin accepts is refused
 * with 550 5.7.1, so that a server without plugins is no open relay.
 */
@ConsumerType
public interface Reception {

    /** A client has connected (after PROXY, before the greeting). Refuse: greeted with 554 or 421 and closed. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict connect(Session session) throws Exception {
        return Verdict.next();
    }

    /** TLS is established, by STARTTLS or from the start. Refuse: the next command gets the reply, then it is closed. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict tls(Session session, TlsInfo tls) throws Exception {
        return Verdict.next();
    }

    /** HELO, EHLO or LHLO; the capabilities that will be announced may be edited. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict helo(Session session, String name, Capabilities capabilities) throws Exception {
        return Verdict.next();
    }

    /** An AUTH exchange has ended. Refuse turns a success into a failure. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict auth(Session session, AuthResult result) throws Exception {
        return Verdict.next();
    }

    /** MAIL. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD})
    default Verdict mail(Transaction transaction, Sender sender) throws Exception {
        return Verdict.next();
    }

    /** RCPT. Accept takes the recipient; Hold and Discard are for the message. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD})
    default Verdict rcpt(Transaction transaction, Recipient recipient) throws Exception {
        return Verdict.next();
    }

    /** A recipient was refused, by a plugin or by the server. */
    @Hook(value = Kind.OBSERVE, timeoutMillis = 1_000)
    default void rcptRefused(Transaction transaction, Recipient recipient, Reply reply) throws Exception {}

    /** DATA or the first BDAT, before 354. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD})
    default Verdict data(Transaction transaction) throws Exception {
        return Verdict.next();
    }

    /** The header section is complete; the body is still coming. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD})
    default Verdict headers(Transaction transaction, Message message) throws Exception {
        return Verdict.next();
    }

    /**
     * The content while it arrives, on a thread of its own beside the session. Returning early is fine: the rest is not
     * offered. A slow reader slows the client down, until the deadline. The verdict counts at the end of data.
     */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD},
            timeoutMillis = 300_000)
    default Verdict stream(Transaction transaction, InputStream content) throws Exception {
        return Verdict.next();
    }

    /** The whole message, before it is stored and before the answer. Scanners, header and body changes. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD},
            timeoutMillis = 60_000)
    default Verdict message(Transaction transaction, Message message) throws Exception {
        return Verdict.next();
    }

    /**
     * The whole message, for one recipient. LMTP answers each recipient for itself. SMTP has one answer for all: if some
     * are refused, the message is, with a 4xx reply if there is one among them, so that nothing is lost or doubled. Who
     * wants to drop one recipient and keep the others says Discard.
     */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, DISCARD},
            timeoutMillis = 60_000)
    default Verdict perRecipient(Transaction transaction, Message message, Recipient recipient) throws Exception {
        return Verdict.next();
    }

    /**
     * A command that the server does not know, or one of RSET, NOOP, VRFY, EXPN, HELP, ETRN, before the server acts.
     * Answer with {@link Command#answer} and Accept, or Refuse.
     */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict command(Session session, Command command) throws Exception {
        return Verdict.next();
    }

    /** A reply about to be sent: empty leaves it, another of the same class (2, 3, 4 or 5) takes its place. */
    @Hook(value = Kind.RESOLVE, onError = FailureAction.NEXT, timeoutMillis = 1_000)
    default Optional<Reply> reply(Session session, Optional<Command> command, Reply reply) throws Exception {
        return Optional.empty();
    }

    /** A transaction has ended: exactly once for each {@link #mail} that was run, whatever happens. */
    @Hook(value = Kind.OBSERVE, timeoutMillis = 1_000)
    default void end(Transaction transaction, End how) throws Exception {}

    /** A session has ended: exactly once for each {@link #connect} that was run, whatever happens. */
    @Hook(value = Kind.OBSERVE, timeoutMillis = 1_000)
    default void close(Session session, Close why) throws Exception {}
}

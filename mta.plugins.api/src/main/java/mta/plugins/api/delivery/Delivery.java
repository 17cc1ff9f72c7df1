package mta.plugins.api.delivery;

import static mta.plugins.api.Verdict.Kind.ACCEPT;
import static mta.plugins.api.Verdict.Kind.DISCARD;
import static mta.plugins.api.Verdict.Kind.HOLD;
import static mta.plugins.api.Verdict.Kind.LATER;
import static mta.plugins.api.Verdict.Kind.NEXT;
import static mta.plugins.api.Verdict.Kind.REFUSE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.policy.Source;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides around delivery. Calls run on the virtual thread of the attempt or of the channel; an attempt pins its plan
 * from {@link #ready} to {@link #done}. Instances are shared and must be thread-safe.
 *
 * <p>Selector keys: {@code tenant}, {@code campaign}, {@code destination}, {@code site}, {@code source},
 * {@code transport}.
 */
@ConsumerType
public interface Delivery {

    /** A message is about to leave its queue. Later: not before. Refuse 4xx: retry by schedule; 5xx: bounce. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD})
    default Verdict ready(Attempt attempt) throws Exception {
        return Verdict.next();
    }

    /** Instead of the transport's own look-up; cached for the answer's time to live. */
    @Hook(Kind.RESOLVE)
    default Optional<Resolution> resolve(String transport, String destination) throws Exception {
        return Optional.empty();
    }

    /** Which source of the pool a queue uses. */
    @Hook(Kind.RESOLVE)
    default Optional<Source> source(String tenant, String destination, List<Source> pool) throws Exception {
        return Optional.empty();
    }

    /** A connection to this host is about to be opened. Refuse: the next host is tried. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict dial(Path path, Hop hop) throws Exception {
        return Verdict.next();
    }

    /** Banner and EHLO were read. Refuse: the next host is tried. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict greeted(Path path, Hop hop, Greeting greeting) throws Exception {
        return Verdict.next();
    }

    /** TLS is established. Refuse: the next host is tried. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE})
    default Verdict secured(Path path, Hop hop, TlsInfo tls) throws Exception {
        return Verdict.next();
    }

    /** How to authenticate; empty: not at all, or as the path's settings say. */
    @Hook(Kind.RESOLVE)
    default Optional<Credentials> auth(Path path, Hop hop) throws Exception {
        return Optional.empty();
    }

    /** The envelope of this attempt; changes hold for the attempt only (VERP, SRS). */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD})
    default Verdict envelope(Attempt attempt, Message message) throws Exception {
        return Verdict.next();
    }

    /** The content of this attempt; changes hold for the attempt only. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD},
            timeoutMillis = 30_000)
    default Verdict content(Attempt attempt, Message message) throws Exception {
        return Verdict.next();
    }

    /** A reply for one recipient. Another reply (classification): {@link Verdict#refuse}; Accept: leave it. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD},
            onError = FailureAction.NEXT)
    default Verdict response(Attempt attempt, Recipient recipient, Reply reply) throws Exception {
        return Verdict.next();
    }

    /** A recipient will be tried again at {@code next}. Later: at that time; Refuse 5xx: bounce now. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD},
            onError = FailureAction.NEXT)
    default Verdict retry(Attempt attempt, Recipient recipient, Reply reply, Instant next) throws Exception {
        return Verdict.next();
    }

    /**
     * A notification is due: failure, delay, or success where it was asked for and the next hop cannot give it. The
     * plugin that makes notifications does it here with {@link mta.plugins.api.routing.Intake} and accepts; Discard: none
     * wanted. Must succeed before the recipients are taken off the queue: a failure here is tried again.
     */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, DISCARD},
            timeoutMillis = 30_000)
    default Verdict bounce(Notice notice) throws Exception {
        return Verdict.next();
    }

    /** A recipient's story has ended: exactly once for each. */
    @Hook(value = Kind.OBSERVE, timeoutMillis = 1_000)
    default void done(Attempt attempt, Recipient recipient, Fate fate) throws Exception {}
}

package mta.plugins.api.routing;

import static mta.plugins.api.Verdict.Kind.ACCEPT;
import static mta.plugins.api.Verdict.Kind.DISCARD;
import static mta.plugins.api.Verdict.Kind.HOLD;
import static mta.plugins.api.Verdict.Kind.LATER;
import static mta.plugins.api.Verdict.Kind.NEXT;
import static mta.plugins.api.Verdict.Kind.REFUSE;

import java.util.List;
import java.util.Optional;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides where mail goes, on every way in (SMTP, HTTP, pickup, bounces). Runs on the thread that brings the message,
 * before it is stored. Selector keys: {@code cause}, {@code tenant}, {@code sender.domain}, {@code user},
 * {@code listener}.
 */
@ConsumerType
public interface Routing {

    /**
     * Splits one message into several, each with its own id and notes and all sharing what they can. Empty: by policy
     * (one message, its recipients grouped by destination).
     */
    @Hook(Kind.RESOLVE)
    default Optional<List<List<Recipient>>> split(Message message) throws Exception {
        return Optional.empty();
    }

    /** Sets tenant, campaign, priority, times, route, pool and transport. Later: not before. Refuse: to the sender. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, LATER, HOLD, DISCARD})
    default Verdict place(Message message, Placement placement, Cause cause) throws Exception {
        return Verdict.next();
    }

    /** The last change to the content, where signatures are made; after it the content stays as it is. */
    @Hook(
            value = Kind.DECIDE,
            admits = {NEXT, ACCEPT, REFUSE, HOLD, DISCARD},
            timeoutMillis = 10_000)
    default Verdict seal(Message message) throws Exception {
        return Verdict.next();
    }
}

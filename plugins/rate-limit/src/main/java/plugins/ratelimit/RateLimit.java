package plugins.ratelimit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import mta.plugins.api.Plugin;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Refuses for now what goes beyond a limit. Runs on the sessions' threads; thread-safe: the limits are an immutable map,
 * replaced as a whole.
 */
@Component(service = {Reception.class, RateLimit.class})
@Plugin("rate-limit")
public final class RateLimit implements Reception {

    private final InstantSource clock;
    private volatile Map<String, Limit> limits = Map.of();

    @Activate
    public RateLimit() {
        this(InstantSource.system());
    }

    RateLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Another rule of the same name takes its place; what was counted stays where the rule counts the same. */
    synchronized void put(Rule rule) {
        Limit old = limits.get(rule.name());
        if (old == null || !old.rule().equals(rule)) {
            var next = new TreeMap<>(limits);
            next.put(rule.name(), new Limit(rule, clock));
            limits = next;
        }
    }

    synchronized void remove(String name) {
        var next = new TreeMap<>(limits);
        next.remove(name);
        limits = next;
    }

    Collection<Limit> limits() {
        return limits.values();
    }

    Optional<Limit> limit(String name) {
        return Optional.ofNullable(limits.get(name));
    }

    @Override
    public Verdict connect(Session session) {
        return judge(Rule.Count.CONNECTIONS, Event.of(session));
    }

    @Override
    public Verdict mail(Transaction transaction, Sender sender) {
        return judge(Rule.Count.MESSAGES, Event.of(transaction, 1));
    }

    @Override
    public Verdict rcpt(Transaction transaction, Recipient recipient) {
        return judge(Rule.Count.RECIPIENTS, Event.of(transaction, recipient.address()));
    }

    @Override
    public Verdict message(Transaction transaction, Message message) {
        return judge(Rule.Count.BYTES, Event.of(transaction, message.content().size()));
    }

    /** What one limit refuses is not charged to the others, but where two sessions meet at the last of it. */
    private Verdict judge(Rule.Count count, Event event) {
        List<Limit.Claim> claims = new ArrayList<>();
        for (Limit limit : limits.values()) {
            if (limit.rule().count() != count) {
                continue;
            }
            Optional<Limit.Claim> claim = limit.claim(event);
            if (claim.isPresent() && !claim.get().fits()) {
                return refuse(limit);
            }
            claim.ifPresent(claims::add);
        }
        for (Limit.Claim claim : claims) {
            if (!claim.take()) { // another session was faster
                return refuse(claim.limit());
            }
        }
        return Verdict.next();
    }

    /** RFC 5321 section 4.2.1: 450 is for now; 421 says that the connection is closed (section 3.8). */
    private static Verdict refuse(Limit limit) {
        limit.refuse();
        Rule rule = limit.rule();
        String text = "Too many " + rule.count().word() + " (limit " + rule.name() + "), try again later";
        return rule.close() || rule.count() == Rule.Count.CONNECTIONS
                ? Verdict.close(Reply.of(421, "4.7.0", text))
                : Verdict.refuse(Reply.of(450, "4.7.1", text));
    }
}

package mta.queue.policy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.PathFor;
import mta.plugins.api.policy.PathSettings;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.QueueSettings;
import mta.plugins.api.policy.Source;
import mta.plugins.api.policy.SourceFor;
import mta.plugins.api.policy.TlsFor;

/**
 * Answers what holds for a queue, a path, a pool, a source: policy plugins are asked first, then the scopes of the
 * configuration. Questions may wait for a plugin: ask on a virtual thread and under no lock. Thread-safe.
 */
public final class Policies {

    private static final Optional<Lookup> NOBODY = Optional.empty();

    private record Settings(List<Scope> scopes, Map<String, Source> sources, Map<String, List<PoolFor.Member>> pools) {}

    /** What holds for a queue, and what priority its mail has where nobody gave it another. */
    public record QueueRules(QueueSettings settings, Optional<Integer> priority) {}

    /** What holds for a path; queues with another lane use another path of the same site. */
    public record PathRules(PathSettings settings, String lane) {}

    private volatile Settings settings = new Settings(List.of(), Map.of(), Map.of());
    private volatile Optional<Lookup> lookup = NOBODY;
    private final AtomicLong generation = new AtomicLong();

    public void scopes(Collection<Scope> scopes) {
        Settings old = settings;
        settings = new Settings(scopes.stream().sorted(Scope.SPECIFICITY).toList(), old.sources(), old.pools());
        generation.incrementAndGet();
    }

    public void sources(Map<String, Source> sources) {
        Settings old = settings;
        settings = new Settings(old.scopes(), Map.copyOf(sources), old.pools());
        generation.incrementAndGet();
    }

    public void pools(Map<String, List<PoolFor.Member>> pools) {
        Settings old = settings;
        settings = new Settings(old.scopes(), old.sources(), Map.copyOf(pools));
        generation.incrementAndGet();
    }

    public void lookup(Optional<Lookup> asked) {
        lookup = asked;
        generation.incrementAndGet();
    }

    /** Changes whenever an answer may have changed by configuration. */
    public long generation() {
        return generation.get();
    }

    /** Whether plugins may answer, whose answers change without a new {@link #generation}. */
    public boolean askedElsewhere() {
        return lookup.isPresent();
    }

    public Effective effective(Facts facts) {
        return new Effective(settings.scopes(), facts);
    }

    public QueueRules queue(String tenant, String campaign, String destination) throws Unresolved {
        Effective effective = effective(Facts.queue(tenant, campaign, destination));
        if (lookup.isPresent()) {
            var asked = new QueueFor(tenant, campaign, destination);
            Optional<Map<String, String>> answer = lookup.get().find(asked);
            if (answer.isPresent()) {
                effective = with(effective, asked, true, answer.get());
            }
        }
        return new QueueRules(effective.queue(), effective.priority());
    }

    /** A wrong answer is none: what it was to say cannot be told. */
    private static Effective with(Effective effective, Query<?> asked, boolean ofQueue, Map<String, String> answer)
            throws Unresolved {
        try {
            return effective.with(Scope.answer(ofQueue, answer));
        } catch (IllegalArgumentException e) {
            throw new Unresolved("the answer to " + asked + ": " + e.getMessage(), e);
        }
    }

    /** What the configuration says, for when a policy plugin cannot tell. */
    public QueueRules configured(String tenant, String campaign, String destination) {
        Effective effective = effective(Facts.queue(tenant, campaign, destination));
        return new QueueRules(effective.queue(), effective.priority());
    }

    public PathRules path(String tenant, String destination, String site, String source) throws Unresolved {
        Facts facts = Facts.path(tenant, destination, site, source);
        String lane = lane(facts);
        Effective effective = effective(facts);
        PathSettings path = effective.path();
        if (lookup.isEmpty()) {
            return new PathRules(path, lane);
        }
        var asked = new PathFor(tenant, destination, site, source);
        Optional<Map<String, String>> answer = lookup.get().find(asked);
        if (answer.isPresent()) {
            path = with(effective, asked, false, answer.get()).path();
            lane = "policy-" + Integer.toHexString(path.hashCode());
        }
        // Asked for the destination as a whole, without a host: MTA-STS and the like divide a site's mail.
        Optional<TlsFor.Mode> tls = lookup.get().find(new TlsFor(destination, ""));
        if (tls.isPresent() && tls.get() != path.tls()) {
            path = withTls(path, tls.get());
            lane = lane.isEmpty() ? "tls-" + tls.get() : lane + "+tls-" + tls.get();
        }
        return new PathRules(path, lane);
    }

    /** Paths of a site are shared, but where scopes by tenant or destination give some of its mail other settings. */
    private String lane(Facts facts) {
        String lane = "";
        for (Scope scope : settings.scopes()) {
            if (scope.dividesPaths() && scope.matches(facts)) {
                lane = lane.isEmpty() ? scope.name() : lane + "+" + scope.name();
            }
        }
        return lane;
    }

    private static PathSettings withTls(PathSettings path, TlsFor.Mode tls) {
        return new PathSettings(
                path.connections(),
                path.messagesPerConnection(),
                path.recipientsPerTransaction(),
                path.rate(),
                path.connectTimeout(),
                path.commandTimeout(),
                path.idle(),
                path.backoff(),
                path.maxBackoff(),
                tls);
    }

    /** The members of a pool; the pool {@code default} is there even if nobody defines it. Empty: no such pool. */
    public List<PoolFor.Member> pool(String name) throws Unresolved {
        Optional<List<PoolFor.Member>> answer =
                lookup.isPresent() ? lookup.get().find(new PoolFor(name)) : Optional.empty();
        if (answer.isPresent()) {
            return answer.get();
        }
        List<PoolFor.Member> members = settings.pools().get(name);
        if (members == null && name.equals("default")) {
            return List.of(new PoolFor.Member(Source.DEFAULT.name(), 1));
        }
        return members == null ? List.of() : members;
    }

    /** Empty: no such source. */
    public Optional<Source> source(String name) throws Unresolved {
        Optional<Source> answer = lookup.isPresent() ? lookup.get().find(new SourceFor(name)) : Optional.empty();
        if (answer.isPresent()) {
            return answer;
        }
        Source source = settings.sources().get(name);
        if (source == null && name.equals(Source.DEFAULT.name())) {
            return Optional.of(Source.DEFAULT);
        }
        return Optional.ofNullable(source);
    }
}

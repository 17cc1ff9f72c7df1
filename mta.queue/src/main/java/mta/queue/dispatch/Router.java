package mta.queue.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.delivery.Resolution;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Source;
import mta.queue.policy.Policies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the paths of a queue: where its destination is served, from which sources. Runs on virtual threads. */
final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int HEAVIEST = 1_000_000;

    private final Ledger ledger;
    private final Policies policies;
    private final Destinations destinations;
    private final Hooks hooks;

    Router(Ledger ledger, Policies policies, Destinations destinations, Hooks hooks) {
        this.ledger = ledger;
        this.policies = policies;
        this.destinations = destinations;
        this.hooks = hooks;
    }

    void route(Queue queue) {
        try {
            ledger.refresh(queue);
            find(queue);
        } catch (Unresolved e) {
            ledger.rest(queue, trouble("4.4.3", "Policy cannot be looked up now: " + e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("routing mail for {}", queue.key.destination(), e);
            ledger.rest(queue, trouble("4.3.0", "Routing failed: " + e));
        }
    }

    private void find(Queue queue) throws Unresolved {
        String transport = queue.transportName();
        Destinations.Answer answer = destinations.find(transport, queue.target(), queue);
        switch (answer.resolution()) {
            case Resolution.Unroutable unroutable -> ledger.unroutable(queue, unroutable.reply(), answer.until());
            case Resolution.Unknown unknown -> ledger.rest(queue, unknown.reply());
            case Resolution.Site site -> {
                List<Queue.Share> shares = shares(queue, transport, site);
                if (shares.isEmpty()) {
                    ledger.rest(queue, trouble("4.3.5", "Pool " + queue.poolName() + " has no source"));
                    return;
                }
                ledger.routed(queue, shares, answer.until());
                while (ledger.drain(queue)) {
                    Thread.yield();
                }
            }
        }
    }

    private List<Queue.Share> shares(Queue queue, String transport, Resolution.Site site) throws Unresolved {
        List<PoolFor.Member> members = policies.pool(queue.poolName());
        List<Source> sources = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (PoolFor.Member member : members) {
            Optional<Source> source = policies.source(member.source());
            if (source.isPresent()) {
                sources.add(source.get());
                weights.add(Math.clamp(member.weight(), 1, HEAVIEST));
            } else {
                LOG.warn("pool {} names source {}, which is not there", queue.poolName(), member.source());
            }
        }
        Optional<Source> chosen = chosen(queue, sources);
        if (chosen.isPresent()) {
            return List.of(share(queue, transport, site, chosen.get(), 1));
        }
        List<Queue.Share> shares = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            shares.add(share(queue, transport, site, sources.get(i), weights.get(i)));
        }
        return shares;
    }

    private Optional<Source> chosen(Queue queue, List<Source> sources) throws Unresolved {
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        try (Pin pin = hooks.pin()) {
            if (!hooks.source.bound(pin, queue)) {
                return Optional.empty();
            }
            return hooks.source.resolve(
                    pin, queue, (plugin, _) -> plugin.source(queue.key.tenant(), queue.key.destination(), sources));
        }
    }

    private Queue.Share share(Queue queue, String transport, Resolution.Site site, Source source, int weight)
            throws Unresolved {
        Policies.PathRules rules =
                policies.path(queue.key.tenant(), queue.key.destination(), site.site(), source.name());
        var key = new PathKey(transport, site.site(), source.name(), rules.lane());
        return new Queue.Share(ledger.path(key, source, rules.settings(), site.hops(), queue), weight);
    }

    private static Reply trouble(String code, String text) {
        return Reply.of(451, code, Settlement.printable(text));
    }
}

package mta.queue.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Source;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Wires {@link Policies} to the sections of the configuration as they come, change and go. */
@Component(service = PolicyService.class)
public final class PolicyService {

    private final Policies policies = new Policies();
    private final Map<PolicySection, Scope> scopes = new HashMap<>();
    private final Map<SourceSection, Source> sources = new HashMap<>();
    private final Map<PoolSection, List<PoolFor.Member>> pools = new HashMap<>();

    @Activate
    public PolicyService() {}

    public Policies policies() {
        return policies;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addScope(PolicySection section) {
        scopes.put(section, section.scope());
        policies.scopes(scopes.values());
    }

    synchronized void removeScope(PolicySection section) {
        scopes.remove(section);
        policies.scopes(scopes.values());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addSource(SourceSection section) {
        sources.put(section, section.source());
        tellSources();
    }

    synchronized void removeSource(SourceSection section) {
        sources.remove(section);
        tellSources();
    }

    private void tellSources() {
        Map<String, Source> named = new HashMap<>();
        sources.values().forEach(source -> named.put(source.name(), source));
        policies.sources(named);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addPool(PoolSection section) {
        pools.put(section, section.members());
        tellPools();
    }

    synchronized void removePool(PoolSection section) {
        pools.remove(section);
        tellPools();
    }

    private void tellPools() {
        Map<String, List<PoolFor.Member>> named = new HashMap<>();
        pools.forEach((section, members) -> named.put(section.name(), members));
        policies.pools(named);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void setLookup(Lookup lookup) {
        policies.lookup(Optional.of(lookup));
    }

    synchronized void unsetLookup(Lookup lookup) {
        policies.lookup(Optional.empty());
    }
}

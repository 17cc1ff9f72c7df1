package mta.plugins.api.policy;

import java.util.List;

/** The sources of a pool. */
public record PoolFor(String pool) implements Query<List<PoolFor.Member>> {

    /** @param weight share of the pool's mail */
    public record Member(String source, int weight) {}
}

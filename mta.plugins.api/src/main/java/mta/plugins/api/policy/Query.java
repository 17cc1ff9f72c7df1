package mta.plugins.api.policy;

/**
 * A question with an answer of type V. Records implement it; equal queries share a cache entry, so a query holds
 * everything that the answer depends on and nothing else.
 */
public interface Query<V> {}

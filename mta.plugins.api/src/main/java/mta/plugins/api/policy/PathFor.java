package mta.plugins.api.policy;

/** Settings of a path. */
public record PathFor(String tenant, String destination, String site, String source) implements Query<PathSettings> {}

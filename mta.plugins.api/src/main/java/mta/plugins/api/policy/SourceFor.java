package mta.plugins.api.policy;

/** A source by name. */
public record SourceFor(String source) implements Query<Source> {}

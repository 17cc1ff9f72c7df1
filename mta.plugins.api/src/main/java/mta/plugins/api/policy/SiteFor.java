package mta.plugins.api.policy;

/** The site that a destination belongs to, instead of the roll-up by mail exchangers. */
public record SiteFor(String transport, String destination) implements Query<String> {}

package mta.plugins.api.policy;

/** The confirmed name of an address, instead of DNS. */
public record RdnsFor(String address) implements Query<String> {}

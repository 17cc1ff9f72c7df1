package mta.plugins.api.policy;

/** The certificate for a server name (SNI): PEM, key and chain. */
public record CertFor(String listener, String serverName) implements Query<String> {}

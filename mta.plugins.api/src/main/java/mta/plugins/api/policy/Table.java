package mta.plugins.api.policy;

/** A value from a named table: files, SQL, LDAP, Redis, sockets. */
public record Table(String name, String key) implements Query<String> {}

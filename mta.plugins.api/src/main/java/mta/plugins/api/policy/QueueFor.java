package mta.plugins.api.policy;

/** Settings of a queue. */
public record QueueFor(String tenant, String campaign, String destination) implements Query<QueueSettings> {}

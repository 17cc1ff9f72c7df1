package mta.plugins.api.policy;

import java.util.Map;

/**
 * Settings of a queue that differ from the configuration: names and words as in the section {@code policy}, such as
 * {@code expiry: 2d}, {@code route: [192.0.2.1]:25}.
 */
public record QueueFor(String tenant, String campaign, String destination) implements Query<Map<String, String>> {}

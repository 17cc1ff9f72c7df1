package mta.plugins.api.policy;

import java.util.Map;

/**
 * Settings of a path that differ from the configuration: names and words as in the section {@code policy}, such as
 * {@code connections: 5}, {@code rate: 100/m}.
 */
public record PathFor(String tenant, String destination, String site, String source)
        implements Query<Map<String, String>> {}

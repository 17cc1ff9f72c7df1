package mta.plugins.api.policy;

import java.util.Map;

/** Settings of a listener that depend on the client, asked before the first byte: overrides of the listener's own. */
public record ListenerFor(String listener, String clientAddress) implements Query<Map<String, String>> {}

package mta.bench.sink;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the sink has seen.
 *
 * @param connections opened so far
 * @param messages    answered with 250 after their content
 * @param recipients  of those messages
 * @param bytes       of their content
 * @param unnumbered  of those messages, the ones without an X-Bench-Id
 * @param deferred    4xx answers
 * @param refused     5xx answers
 * @param dropped     connections closed on purpose
 * @param commands    lines that were commands
 * @param lastMillis  when the last of the messages came, in milliseconds of the system clock; 0 before the first
 */
public record SinkCounts(
        long connections,
        long messages,
        long recipients,
        long bytes,
        long unnumbered,
        long deferred,
        long refused,
        long dropped,
        long commands,
        long lastMillis) {

    static final SinkCounts NONE = new SinkCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    SinkCounts plus(SinkCounts o) {
        return new SinkCounts(
                connections + o.connections,
                messages + o.messages,
                recipients + o.recipients,
                bytes + o.bytes,
                unnumbered + o.unnumbered,
                deferred + o.deferred,
                refused + o.refused,
                dropped + o.dropped,
                commands + o.commands,
                Math.max(lastMillis, o.lastMillis));
    }

    public Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("connections", connections);
        map.put("messages", messages);
        map.put("recipients", recipients);
        map.put("bytes", bytes);
        map.put("unnumbered", unnumbered);
        map.put("deferred", deferred);
        map.put("refused", refused);
        map.put("dropped", dropped);
        map.put("commands", commands);
        map.put("last_ms", lastMillis);
        return map;
    }
}

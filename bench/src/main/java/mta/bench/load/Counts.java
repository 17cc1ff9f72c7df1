package mta.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the messages that were started ended. Each number is tried once: a refusal is counted, not retried.
 *
 * @param accepted  final reply 2xx (for at least one recipient)
 * @param deferred  4xx for the whole message
 * @param refused   5xx for the whole message
 * @param aborted   the connection broke, stalled or was never made
 * @param recipients recipients accepted in all
 */
public record Counts(long accepted, long deferred, long refused, long aborted, long recipients) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(
                accepted + other.accepted,
                deferred + other.deferred,
                refused + other.refused,
                aborted + other.aborted,
                recipients + other.recipients);
    }

    public long all() {
        return accepted + deferred + refused + aborted;
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("accepted", accepted);
        map.put("deferred", deferred);
        map.put("refused", refused);
        map.put("aborted", aborted);
        map.put("recipients", recipients);
        return map;
    }
}

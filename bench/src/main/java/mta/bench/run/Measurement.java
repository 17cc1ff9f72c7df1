package mta.bench.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mta.bench.load.LoadResult;
import mta.bench.tally.Comparison;

/**
 * One server measured once.
 *
 * @param server      its name
 * @param tool        what sent: generate or smtp-source
 * @param messages    accepted
 * @param acceptRate  accepted per second
 * @param deliverRate per second from the first connection to the last arrival at the sink; 0 when there is no sink
 * @param load        what the generator saw; empty for smtp-source
 * @param comparison  of both ends; empty when there is no numbered second end
 * @param cpuMicros   processor time of the server per message, until everything was delivered
 * @param rssBytes    the server's resident memory at the end
 * @param allocated   bytes that the server allocated on its heap per message; 0 when not asked for
 * @param calls       the server's system calls per message, by name; empty when not asked for
 * @param faults      broken promises, for a person to read; empty when all is well
 */
record Measurement(
        String server,
        String tool,
        long messages,
        double acceptRate,
        double deliverRate,
        Optional<LoadResult> load,
        Optional<Comparison> comparison,
        double cpuMicros,
        long rssBytes,
        double allocated,
        Map<String, Double> calls,
        String faults) {

    /** The rate that counts: end to end where there are two ends. */
    double rate() {
        return deliverRate > 0 ? deliverRate : acceptRate;
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("server", server);
        map.put("tool", tool);
        map.put("messages", messages);
        map.put("accept_rate", acceptRate);
        if (deliverRate > 0) {
            map.put("end_to_end_rate", deliverRate);
        }
        load.ifPresent(result -> map.put("load", result.json()));
        comparison.ifPresent(ends -> map.put("ends", ends.json()));
        map.put("server_cpu_us_per_message", cpuMicros);
        map.put("server_rss_bytes", rssBytes);
        if (allocated > 0) {
            map.put("server_allocated_bytes_per_message", allocated);
        }
        if (!calls.isEmpty()) {
            map.put("server_system_calls_per_message", calls);
        }
        if (!faults.isEmpty()) {
            map.put("faults", faults);
        }
        return map;
    }
}

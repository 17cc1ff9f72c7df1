package mta.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import mta.bench.tally.Tally;
import org.HdrHistogram.Histogram;

/**
 * What a run of the generator measured.
 *
 * @param run       the run id in every message's X-Bench-Id
 * @param counts    how the messages ended
 * @param nanos     from the first connection to the last final reply
 * @param cpuNanos  processor time of the generator's own threads
 * @param latency   of accepted messages, in microseconds: from MAIL, or from connect when each has its own connection
 * @param sent      which recipients of which message were accepted
 * @param inDoubt   messages whose connection broke after the final dot
 * @param lastReply the text of the last 2xx final reply; empty when there was none
 * @param trouble   the first thing that went wrong, for a person to read; empty when nothing did
 */
public record LoadResult(
        String run,
        Counts counts,
        long nanos,
        long cpuNanos,
        Histogram latency,
        Tally sent,
        LongPredicate inDoubt,
        String lastReply,
        String trouble) {

    /** Accepted messages per second. */
    public double rate() {
        return counts.accepted() == 0 ? 0 : counts.accepted() * 1e9 / nanos;
    }

    /** Processor time of the generator per message, in microseconds. */
    public double cpuMicros() {
        return counts.all() == 0 ? 0 : cpuNanos / 1000.0 / counts.all();
    }

    public double millis(double percentile) {
        return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1000.0;
    }

    public Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("run", run);
        map.put("rate", rate());
        map.put("seconds", nanos / 1e9);
        map.putAll(counts.json());
        var millis = new LinkedHashMap<String, Object>();
        for (double percentile : new double[] {50, 90, 99, 99.9}) {
            millis.put("p" + String.valueOf(percentile).replaceAll("\\.0$", ""), millis(percentile));
        }
        millis.put("max", millis(100));
        map.put("latency_ms", millis);
        map.put("generator_cpu_us_per_message", cpuMicros());
        if (!trouble.isEmpty()) {
            map.put("trouble", trouble);
        }
        return map;
    }
}

package mta.bench.demo;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A histogram of latencies as bars of text. */
final class LatencyChart {
    private static final int WIDTH = 40;
    private static final long[] STEPS_MICROS = {
        500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 10_000_000
    };

    private LatencyChart() {}

    /** One line per step from the first to the last that holds a message. */
    static String of(Histogram latency) {
        var counts = new ArrayList<Long>();
        var labels = new ArrayList<String>();
        long from = 0;
        for (long step : STEPS_MICROS) {
            counts.add(latency.getCountBetweenValues(from, step - 1));
            labels.add("under " + time(step));
            from = step;
        }
        counts.add(latency.getCountBetweenValues(from, Long.MAX_VALUE / 2));
        labels.add("more");
        return bars(labels, counts, latency.getTotalCount());
    }

    private static String bars(List<String> labels, List<Long> counts, long total) {
        int first = 0;
        int last = counts.size() - 1;
        while (first < last && counts.get(first) == 0) {
            first++;
        }
        while (last > first && counts.get(last) == 0) {
            last--;
        }
        long most = counts.stream().mapToLong(Long::longValue).max().orElse(1);
        var text = new StringBuilder();
        for (int i = first; i <= last; i++) {
            long count = counts.get(i);
            int length = most == 0 ? 0 : (int) Math.ceil((double) count * WIDTH / most);
            text.append(String.format(
                    "  %-12s %5.1f%%  %s%n",
                    labels.get(i), total == 0 ? 0 : count * 100.0 / total, "#".repeat(length)));
        }
        return text.toString();
    }

    private static String time(long micros) {
        return micros < 1000
                ? micros / 1000.0 + " ms"
                : micros < 1_000_000 ? micros / 1000 + " ms" : micros / 1_000_000 + " s";
    }
}

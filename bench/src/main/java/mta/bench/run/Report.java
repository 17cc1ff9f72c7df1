package mta.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.bench.load.Load;
import mta.bench.text.Screen;
import mta.bench.text.Table;

/**
 * What one mode of run found, for a person and for a script.
 *
 * @param mode    accept, relay or reconnect
 * @param load    what was sent
 * @param results one per server: the median of its rounds
 * @param ratios  of the same run
 */
record Report(String mode, Load load, List<Measurement> results, List<Ratio> ratios) {

    boolean good() {
        return results.stream().allMatch(result -> result.faults().isEmpty());
    }

    void print(Screen screen) {
        screen.title(mode + ": " + setting());
        screen.print(screen.faint(Machine.text()));
        screen.print(table().text());
        for (Measurement result : results) {
            if (result.allocated() > 0) {
                screen.print(
                        String.format("%s allocates %,.0f bytes per message", result.server(), result.allocated()));
            }
            if (!result.calls().isEmpty()) {
                screen.print(result.server() + ", system calls per message: " + calls(result.calls()));
            }
            if (!result.faults().isEmpty()) {
                screen.print(screen.bad("FAULT " + result.server() + ": " + result.faults()));
            }
        }
        for (Ratio ratio : ratios) {
            screen.print(ratio.reached() ? screen.good(ratio.text()) : screen.bad(ratio.text()));
        }
    }

    String setting() {
        return String.format(
                "%s bytes, %d connections %s, pipelining %s",
                String.format("%,d", load.size()),
                load.connections(),
                load.keep() ? "kept open" : "each for one message",
                load.pipelining() && results.stream().noneMatch(m -> m.tool().equals("smtp-source")) ? "on" : "off");
    }

    Table table() {
        var table = new Table().row("server", "sent by", "msg/s", "at sink/s", "p50 ms", "p99 ms", "cpu us", "RSS MiB");
        for (Measurement m : results) {
            table.row(
                    m.server(),
                    m.tool(),
                    String.format("%,.0f", m.acceptRate()),
                    m.deliverRate() > 0 ? String.format("%,.0f", m.deliverRate()) : "-",
                    m.load().map(load -> String.format("%.2f", load.millis(50))).orElse("-"),
                    m.load().map(load -> String.format("%.2f", load.millis(99))).orElse("-"),
                    String.format("%.0f", m.cpuMicros()),
                    String.format("%.0f", m.rssBytes() / 1048576.0));
        }
        return table;
    }

    private static String calls(Map<String, Double> calls) {
        var words = new ArrayList<String>();
        double all = calls.values().stream().mapToDouble(Double::doubleValue).sum();
        words.add(String.format("%.1f", all));
        calls.entrySet().stream().limit(8).forEach(e -> words.add(String.format("%s %.2f", e.getKey(), e.getValue())));
        return String.join(", ", words);
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("mode", mode);
        map.put("connections", load.connections());
        map.put("kept", load.keep());
        map.put("pipelining", load.pipelining());
        map.put("size", load.size());
        map.put("recipients_per_message", load.recipients());
        map.put("results", results.stream().map(Measurement::json).toList());
        map.put("ratios", ratios.stream().map(Ratio::json).toList());
        return map;
    }
}

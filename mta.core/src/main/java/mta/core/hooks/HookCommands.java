package mta.core.hooks;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import mta.core.records.RecordBus;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.log.LogRecord;

/** Console verbs that print the truth about hooks: {@code plan}, {@code trace}, {@code hooks}, {@code records}. */
public final class HookCommands {

    /** In UTC, to the millisecond; the day is in the id. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private final HookRunner runner;
    private final RecordBus records;

    HookCommands(HookRunner runner, RecordBus records) {
        this.runner = runner;
        this.records = records;
    }

    static Dictionary<String, Object> properties() {
        var properties = new Hashtable<String, Object>();
        properties.put("osgi.command.scope", "mta");
        properties.put("osgi.command.function", new String[] {"plan", "trace", "hooks", "records"});
        properties.put("mta.help", new String[] {
            "plan|[STAGE or PLUGIN]|what runs at each stage, in order, and why|plan rcpt",
            "trace|ID|what happened to a message or in a session, and which plugins ran|trace 01JD3W8Q0B2KM",
            "hooks||calls, failures and times of each binding|hooks",
            "records|[last [N]]|what waits for each record sink, or the last records|records last 20"
        });
        return properties;
    }

    /** What would run now. */
    public Object plan(String[] arguments) {
        String wanted = arguments.length == 0 ? "" : arguments[0];
        Table.Builder table = Table.of(
                Column.text("stage"),
                Column.number("n"),
                Column.text("binding"),
                Column.text("plugin"),
                Column.text("version"),
                Column.text("when"),
                Column.text("fails_as"));
        Plan plan = runner.current();
        for (HookStage<?> stage : runner.stages()) {
            int n = 0;
            for (Link<?> link : plan.chain(stage.number())) {
                n++;
                String name = link.type().simpleName() + "." + link.stage();
                if (wanted.isEmpty()
                        || name.contains(wanted)
                        || link.binding().plugin().equals(wanted)) {
                    table.row(
                            name,
                            n,
                            link.binding().name(),
                            link.binding().plugin(),
                            link.runs(),
                            when(link.binding()),
                            failsAs(link));
                }
            }
        }
        if (wanted.isEmpty()) {
            runner.driversNow()
                    .forEach((type, byName) -> byName.forEach((name, driver) ->
                            table.row(type.getSimpleName(), 0, name, driver.plugin(), driver.version(), "", "")));
        }
        String refusal = runner.refusal();
        return table.note("plan " + plan.number()
                        + (refusal.isEmpty() ? "" : "; the last change was REFUSED: " + refusal))
                .build();
    }

    private static String when(Binding binding) {
        String when = binding.when().entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().stream()
                                .map(pattern ->
                                        pattern.pattern().replace("\\Q", "").replace("\\E", ""))
                                .collect(Collectors.joining("|")))
                .collect(Collectors.joining(" "));
        return when.isEmpty() ? "always" : when;
    }

    private static String failsAs(Link<?> link) {
        FailureAction missing = link.binding().onMissingOrDefault();
        String state = link.guard().breaker().isOpen() ? " (breaker OPEN)" : "";
        return link.onError().name().toLowerCase()
                + (missing == link.onError()
                        ? ""
                        : ", missing: " + missing.name().toLowerCase())
                + state;
    }

    /** One line of a trace, from whichever source. */
    private record Line(Instant time, String event, String outcome) {}

    public Object trace(String[] arguments) {
        if (arguments.length != 1) {
            return Refusal.usage("trace needs the id of a message or session: trace 01JD3W8Q0B2KM");
        }
        String id = arguments[0];
        var lines = new ArrayList<Line>();
        runner.traces().about(id).forEach(entry -> lines.add(line(entry)));
        records.about(id)
                .forEach(record -> lines.add(new Line(record.time(), record.kind(), RecordText.brief(record))));
        if (lines.isEmpty()) {
            return Refusal.of("nothing is remembered about " + id + ": the last few thousand events are kept in memory,"
                    + " older ones are in the log");
        }
        lines.sort(Comparator.comparing(Line::time));
        Table.Builder table = Table.of(Column.text("time"), Column.text("event"), Column.text("outcome"));
        lines.forEach(line -> table.row(TIME.format(line.time()), line.event(), line.outcome()));
        return table.build();
    }

    private static Line line(Traces.Entry entry) {
        String edits = entry.edits() == 0 ? "" : ", " + entry.edits() + (entry.edits() == 1 ? " edit" : " edits");
        return new Line(
                entry.time(),
                entry.point() + "." + entry.stage(),
                entry.plugin() + ": " + entry.outcome() + edits + ", "
                        + entry.took().toNanos() / 1_000 + " us, version " + entry.version() + ", plan "
                        + entry.plan());
    }

    public Object hooks(String[] arguments) {
        Table.Builder table = Table.of(
                Column.text("binding"),
                Column.text("stage"),
                Column.number("calls"),
                Column.number("failures"),
                Column.number("p50_us"),
                Column.number("p99_us"),
                Column.text("breaker"),
                Column.number("hung"));
        var hung = new TreeMap<String, Integer>();
        runner.registrations().forEach(r -> hung.merge(r.plugin(), r.abandonedCalls(), Integer::sum));
        var plugins = new TreeMap<String, String>();
        runner.bindings().forEach(binding -> plugins.put(binding.name(), binding.plugin()));
        runner.guards()
                .forEach((binding, guard) -> guard.tallies()
                        .forEach((stage, tally) -> table.row(
                                binding,
                                stage,
                                tally.calls(),
                                tally.failures(),
                                tally.nanos().percentile(50) / 1_000.0,
                                tally.nanos().percentile(99) / 1_000.0,
                                guard.breaker().isOpen() ? "OPEN" : "closed",
                                hung.getOrDefault(plugins.get(binding), 0))));
        return table.build();
    }

    public Object records(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("last")) {
            return last(arguments);
        }
        Table.Builder table = Table.of(
                Column.text("sink"),
                Column.number("in_memory"),
                Column.bytes("on_disk"),
                Column.number("delivered"),
                Column.number("dropped"));
        records.backlog()
                .forEach(one ->
                        table.row(one.binding(), one.inMemory(), one.bytesOnDisk(), one.delivered(), one.dropped()));
        return table.build();
    }

    private Object last(String[] arguments) {
        int count;
        try {
            count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        } catch (NumberFormatException e) {
            return Refusal.usage("records last N: " + arguments[1] + " is not a number");
        }
        Table.Builder table = Table.of(Column.time("time"), Column.text("kind"), Column.text("record"));
        List<LogRecord> last = records.last(count);
        last.forEach(record -> table.row(record.time(), record.kind(), RecordText.of(record)));
        return table.build();
    }
}

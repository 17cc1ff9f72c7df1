package mta.bench.hooks;

import static mta.bench.args.Option.Kind.COUNT;
import static mta.bench.args.Option.Kind.FILE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.run.Machine;
import mta.bench.text.Json;
import mta.bench.text.Screen;
import mta.bench.text.Table;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The cost of a hook call, by JMH in a process of its own. */
public final class HooksCommand implements Command {

    @Override
    public String name() {
        return "hooks";
    }

    @Override
    public String purpose() {
        return "the cost of a hook call: no binding, one no-op plugin, five";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.of("iterations", COUNT, "5", "measured iterations of a second each, after as many to warm up"),
                Option.of("forks", COUNT, "2", "processes, one after the other"),
                Option.of("json", FILE, "", "also write the result as JSON"));
    }

    @Override
    public List<String> examples() {
        return List.of("hooks", "hooks --iterations 10 --forks 3");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        int iterations = (int) Math.max(1, arguments.count("iterations"));
        screen.progress("hooks", -1, "JMH runs");
        var options = new OptionsBuilder()
                .include(HookCalls.class.getName())
                .warmupIterations(iterations)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1))
                .forks((int) Math.max(1, arguments.count("forks")))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        var table = new Table().row("what", "ns", "+-", "goal");
        var json = new ArrayList<Object>();
        for (RunResult result : new Runner(options).run()) {
            String label = result.getParams().getBenchmark();
            String what = label.substring(label.lastIndexOf('.') + 1);
            double nanos = result.getPrimaryResult().getScore();
            double error = result.getPrimaryResult().getScoreError();
            table.row(what, String.format("%.1f", nanos), String.format("%.1f", error), goal(what));
            var one = new LinkedHashMap<String, Object>();
            one.put("what", what);
            one.put("ns", nanos);
            one.put("error_ns", error);
            json.add(one);
        }
        screen.title("hooks: nanoseconds per stage");
        screen.print(screen.faint(Machine.text()));
        screen.print(table.text());
        if (!arguments.text("json").isEmpty()) {
            var map = new LinkedHashMap<String, Object>();
            map.put("machine", Machine.json());
            map.put("hooks", json);
            Files.writeString(Path.of(arguments.text("json")), Json.of(map) + "\n");
        }
        return 0;
    }

    private static String goal(String what) {
        return switch (what) {
            case "oneNoOp" -> "1000";
            case "nothingBound" -> "nothing";
            default -> "-";
        };
    }
}

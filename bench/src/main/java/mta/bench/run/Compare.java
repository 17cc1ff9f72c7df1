package mta.bench.run;

import java.util.ArrayList;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.load.Generate;
import mta.bench.text.Screen;

/** All the runs under load one after the other: what fills the table in docs/performance.md. */
public final class Compare implements Command {

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String purpose() {
        return "accept, relay and reconnect in one go, with all ratios";
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<>(Generate.loadOptions("50k"));
        options.addAll(RunCommand.runOptions());
        options.add(Option.flag("markdown", "print the tables as Markdown"));
        return options;
    }

    @Override
    public List<String> examples() {
        return List.of("compare --postfix --rounds 3 --json compare.json");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        var reports = new ArrayList<Report>();
        for (RunCommand.Mode mode : RunCommand.Mode.values()) {
            Report report = RunCommand.report(mode, arguments, screen);
            reports.add(report);
            report.print(screen);
            if (arguments.flag("markdown")) {
                screen.print(report.table().markdown());
            }
        }
        RunCommand.write(arguments, reports);
        return reports.stream().allMatch(Report::good) ? 0 : 1;
    }
}

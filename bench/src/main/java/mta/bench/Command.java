package mta.bench;

import java.util.List;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.text.Screen;

/** A subcommand. Runs on the main thread and returns the exit code: 0 good, 1 a promise was broken, 64 wrong usage (EX_USAGE). */
public interface Command {
    String name();

    /** One sentence for the help text. */
    String purpose();

    List<Option> options();

    /** Calls that do something useful, without the leading {@code ./mta bench}. */
    List<String> examples();

    int run(Arguments arguments, Screen screen) throws Exception;
}

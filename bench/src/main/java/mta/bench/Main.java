package mta.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.bench.args.Arguments;
import mta.bench.args.Help;
import mta.bench.args.Nearest;
import mta.bench.args.UsageException;
import mta.bench.demo.Demo;
import mta.bench.hooks.HooksCommand;
import mta.bench.hooks.ScriptCommand;
import mta.bench.load.Generate;
import mta.bench.run.Compare;
import mta.bench.run.Deploy;
import mta.bench.run.Plugins;
import mta.bench.run.QueueCommand;
import mta.bench.run.Restart;
import mta.bench.run.RunCommand;
import mta.bench.run.Startup;
import mta.bench.run.Swap;
import mta.bench.sink.SinkCommand;
import mta.bench.text.Screen;

/** Finds the subcommand and runs it. */
public final class Main {
    private static final Map<String, Command> COMMANDS = table(List.of(
            new Generate(),
            new SinkCommand(),
            new RunCommand(RunCommand.Mode.ACCEPT),
            new RunCommand(RunCommand.Mode.RELAY),
            new RunCommand(RunCommand.Mode.RECONNECT),
            new Startup(),
            new Restart(),
            new Compare(),
            new QueueCommand(QueueCommand.Part.INDEX),
            new QueueCommand(QueueCommand.Part.SPOOL),
            new HooksCommand(),
            new Deploy(),
            new Swap(),
            new Plugins(),
            new ScriptCommand(),
            new Demo()));

    private Main() {}

    public static void main(String[] words) {
        Interrupt.arm();
        int code = run(Arrays.asList(words), Screen.standard());
        System.out.flush();
        Interrupt.mainIsOver();
        if (!Interrupt.requested()) { // else the process is ending already, with the signal's own status
            System.exit(code);
        }
    }

    static int run(List<String> words, Screen screen) {
        String name = words.isEmpty() ? "help" : words.getFirst();
        if (List.of("help", "--help", "-h").contains(name)) {
            screen.print(overview());
            return 0;
        }
        Command command = COMMANDS.get(name);
        if (command == null) {
            screen.note("unknown benchmark '" + name + "'"
                    + Nearest.to(name, COMMANDS.keySet())
                            .map(n -> ", the nearest is '" + n + "'")
                            .orElse("")
                    + "; './mta bench help' lists them");
            return 64;
        }
        var rest = words.subList(1, words.size());
        if (rest.contains("--help") || rest.contains("-h")) {
            screen.print(Help.of(name, command.purpose(), command.options(), command.examples()));
            return 0;
        }
        try {
            return command.run(Arguments.parse(command.options(), rest), screen);
        } catch (UsageException e) {
            screen.note(name + ": " + e.getMessage());
            screen.note("'./mta bench " + name + " --help' lists the options");
            return 64;
        } catch (InterruptedException e) {
            screen.note(name + ": interrupted");
            return 130;
        } catch (Exception e) {
            screen.note(name + " failed: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return 1;
        }
    }

    private static String overview() {
        var text = new StringBuilder("./mta bench COMMAND [options]\n\n");
        COMMANDS.forEach((name, command) -> text.append(String.format("  %-10s %s%n", name, command.purpose())));
        return text.append("\n./mta bench COMMAND --help explains one of them\n")
                .toString();
    }

    private static Map<String, Command> table(List<Command> commands) {
        var table = new LinkedHashMap<String, Command>();
        commands.forEach(command -> table.put(command.name(), command));
        return table;
    }
}

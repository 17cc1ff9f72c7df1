package mta.bench.hooks;

import static mta.bench.args.Option.Kind.COUNT;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mta.bench.Command;
import mta.bench.args.Arguments;
import mta.bench.args.Option;
import mta.bench.run.Child;
import mta.bench.run.Machine;
import mta.bench.text.Screen;

/** What a script's hook costs, in a JVM of its own that has the distribution on its class path. */
public final class ScriptCommand implements Command {

    @Override
    public String name() {
        return "script";
    }

    @Override
    public String purpose() {
        return "a hook in JavaScript and its like in Java, in ns per call";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.of("seconds", COUNT, "10", "how long each hook is called; the last second counts"));
    }

    @Override
    public List<String> examples() {
        return List.of("script", "script --seconds 30");
    }

    @Override
    public int run(Arguments arguments, Screen screen) throws Exception {
        screen.print(screen.faint(Machine.text()));
        Path home = Path.of(System.getProperty("mta.home"));
        var classPath = new ArrayList<String>();
        classPath.add(System.getProperty("java.class.path"));
        for (String folder : List.of("lib", "system/05", "system/10", "system/20", "system/30", "testkit")) {
            classPath.addAll(jars(home.resolve(folder)));
        }
        var command = new ArrayList<>(List.of(Child.java().toString()));
        // Also those that choose another runtime: ./mta bench runs with MTA_JAVA_OPTS, and so does its child.
        String more = System.getenv().getOrDefault("MTA_JAVA_OPTS", "").strip();
        if (!more.isEmpty()) {
            command.addAll(List.of(more.split("\\s+")));
        }
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(":", classPath),
                ScriptCost.class.getName(),
                Long.toString(arguments.count("seconds"))));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static List<String> jars(Path folder) throws IOException {
        var jars = new ArrayList<String>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            files.forEach(file -> jars.add(file.toString()));
        }
        return jars;
    }
}

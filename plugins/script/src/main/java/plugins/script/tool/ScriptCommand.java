package plugins.script.tool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import plugins.script.Bench;
import plugins.script.Group;
import plugins.script.Script;
import plugins.script.ScriptRefused;

/**
 * {@code ./mta script check FILE} and {@code ./mta script test FILE}: without a node. Exit status 0: fine, 1: not, 64: wrong
 * usage. A program of its own, on the main thread.
 */
public final class ScriptCommand {

    private ScriptCommand() {}

    public static void main(String[] words) throws Exception {
        if (words.length == 2 && words[0].equals("types")) {
            Files.writeString(Path.of(words[1]), Declarations.text());
            return;
        }
        if (words.length != 2 || !words[0].equals("check") && !words[0].equals("test")) {
            System.err.println("script check FILE | script test FILE");
            System.exit(64);
        }
        Path file = Path.of(words[1]);
        if (!Files.isRegularFile(file)) {
            System.err.println("mta: there is no file " + file);
            System.exit(1);
        }
        try (var bench = new Bench(file.toAbsolutePath().getParent())) {
            int status = words[0].equals("check") ? check(bench, file) : test(bench, file);
            System.out.flush();
            System.exit(status);
        }
    }

    private static int check(Bench bench, Path file) {
        try (Script script = bench.load(file.toRealPath(), new TestWorld().services())) {
            System.out.println(file + ": fine, " + script.name() + " " + script.version());
            for (Group group : script.groups()) {
                System.out.println("  " + group.point() + ": "
                        + String.join(
                                " ",
                                group.functions().keySet().stream().sorted().toList()));
            }
            return 0;
        } catch (ScriptRefused | java.io.IOException e) {
            System.err.println(file.resolveSibling(e.getMessage()));
            return 1;
        }
    }

    /** Runs the tests of {@code x.test.js} against {@code x.js} or {@code x.mjs}, each with a world of its own. */
    private static int test(Bench bench, Path file) throws Exception {
        Path tests = testsOf(file);
        Path tested = scriptOf(tests);
        int failed = 0;
        try (var context = bench.tests(tests.toRealPath())) {
            for (String name : context.exported().getMemberKeys()) {
                failed += run(bench, tested, context.exported().getMember(name), name) ? 0 : 1;
            }
        } catch (ScriptRefused e) {
            System.err.println(e.getMessage());
            return 1;
        }
        System.out.println(failed == 0 ? "all fine" : failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    private static boolean run(Bench bench, Path tested, Value test, String name) throws Exception {
        var world = new TestWorld();
        try (Script script = bench.load(tested.toRealPath(), world.services())) {
            test.executeVoid(new TestBench(script, world));
            System.out.println("ok    " + name);
            return true;
        } catch (ScriptRefused e) {
            System.out.println("FAIL  " + name + "\n      " + e.getMessage());
        } catch (PolyglotException e) {
            String at = e.getSourceLocation() == null
                    ? ""
                    : " at line " + e.getSourceLocation().getStartLine();
            String why = e.isHostException() ? e.asHostException().getMessage() : e.getMessage();
            System.out.println("FAIL  " + name + at + "\n      " + why);
        }
        return false;
    }

    private static Path testsOf(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".test.") ? file : file.resolveSibling(name.replaceFirst("\\.(m?js)$", ".test.$1"));
    }

    private static Path scriptOf(Path tests) {
        String base = tests.getFileName().toString().replaceFirst("\\.test\\.m?js$", "");
        Path plain = tests.resolveSibling(base + ".js");
        return Files.exists(plain) ? plain : tests.resolveSibling(base + ".mjs");
    }

    static {
        // The log of a tool is its output; a provider of slf4j that is there must not chat.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setOut(new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8));
    }
}

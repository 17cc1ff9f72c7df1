package mta.testkit.author.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code ./mta new-plugin NAME [--dir D] [--kind K]} and {@code ./mta new-script ...}: {@code NewProject plugin|script
 * COMMAND NAME ...}, with {@code -Dmta.home}; COMMAND is how the author calls mta. Exit status 0: made, 1: not, 64: wrong
 * usage. A program of its own, on the main thread.
 */
public final class NewProject {

    private static final int USAGE = 64;

    /** What was asked for does not make sense; the message is for the author. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final Language language;
    private final String command;
    private Optional<PluginName> name = Optional.empty();
    private Optional<Path> folder = Optional.empty();
    private PluginKind kind = PluginKind.RECEPTION;

    private NewProject(Language language, String command) {
        this.language = language;
        this.command = command;
    }

    public static void main(String[] arguments) throws IOException {
        System.exit(run(arguments));
    }

    static int run(String... arguments) throws IOException {
        var order = new NewProject(arguments[0].equals("script") ? Language.SCRIPT : Language.JAVA, arguments[1]);
        try {
            order.read(arguments);
            order.make(Path.of(System.getProperty("mta.home", ".")));
            return 0;
        } catch (Refused e) {
            System.err.println("mta: " + e.getMessage());
            return e.status;
        }
    }

    private void read(String[] arguments) throws Refused {
        for (int i = 2; i < arguments.length; i++) {
            String word = arguments[i];
            if (word.equals("--dir") || word.equals("--kind")) {
                if (++i == arguments.length) {
                    throw new Refused(USAGE, word + " needs a word behind it");
                }
                option(word, arguments[i]);
            } else if (word.startsWith("-")) {
                throw new Refused(USAGE, "unknown option " + word + "; there are --dir FOLDER and --kind KIND");
            } else if (name.isPresent()) {
                throw new Refused(USAGE, "one name, not also " + word);
            } else {
                Optional<String> problem = PluginName.problem(word);
                if (problem.isPresent()) {
                    throw new Refused(USAGE, problem.get());
                }
                name = Optional.of(new PluginName(word));
            }
        }
        if (name.isEmpty()) {
            throw new Refused(
                    USAGE,
                    "needs a name, such as my-filter; then --dir FOLDER, and --kind, one of "
                            + PluginKind.names(language));
        }
    }

    private void option(String option, String value) throws Refused {
        if (option.equals("--dir")) {
            folder = Optional.of(Path.of(value));
        } else {
            kind = PluginKind.named(value, language)
                    .orElseThrow(() ->
                            new Refused(USAGE, "there is no kind " + value + ", only " + PluginKind.names(language)));
        }
    }

    private void make(Path home) throws IOException, Refused {
        PluginName plugin = name.orElseThrow();
        Path target = folder.orElse(Path.of(plugin.text()));
        if (Files.exists(target) && !isEmptyFolder(target)) {
            throw new Refused(1, target + " is there already and is left as it is; choose another with --dir");
        }
        Files.createDirectories(target);
        var project = new Project(target, plugin, kind, command);
        if (language == Language.JAVA) {
            project.java(Repository.of(home));
            System.out.println("""
                    %s is made. Next:
                      cd %s
                      mvn package
                      cp target/%s.jar INSTANCE/deploy/ && cp conf/%3$s.yaml INSTANCE/conf/
                    README.md says more.""".formatted(target, target, plugin.text()));
        } else {
            project.script(home.resolve("scripts/mta.d.ts"));
            System.out.println("""
                    %s is made. Next:
                      %s script test %s/%s.mjs
                      cp %3$s/%4$s.mjs INSTANCE/scripts/ && cp %3$s/conf/%4$s.yaml INSTANCE/conf/
                    README.md says more.""".formatted(target, command, target, plugin.text()));
        }
    }

    private static boolean isEmptyFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }
}

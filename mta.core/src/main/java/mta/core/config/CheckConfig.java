package mta.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks a configuration without a node: {@code CheckConfig CONF}, where {@code -Dmta.home} is the distribution whose
 * bundles say what may stand in it; bundles in {@code CONF/../deploy} count too. Exit status 0, or 78 (EX_CONFIG).
 */
public final class CheckConfig {

    private static final int CONFIG = 78;

    private CheckConfig() {}

    public static void main(String[] arguments) throws IOException {
        System.exit(run(
                Path.of(System.getProperty("mta.home", ".")), Path.of(arguments.length > 0 ? arguments[0] : "conf")));
    }

    private static int run(Path home, Path conf) throws IOException {
        Path folder = conf.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            System.err.println(conf + " is not a folder");
            return CONFIG;
        }
        Schema schema = Schema.read(Schema.jars(home, folder.getParent()));
        ConfigurationRead read = Reader.read(folder, schema, KnownSections.read(folder.getParent()));
        read.unread().forEach(problem -> System.err.println(conf.resolve(problem.toString()) + " (ignored)"));
        read.problems().forEach(problem -> System.err.println(conf.resolve(problem.toString())));
        if (!read.isGood()) {
            System.err.println(read.problems().size() + (read.problems().size() == 1 ? " problem" : " problems"));
            return CONFIG;
        }
        System.out.println(conf + ": right, " + Reader.files(folder).size() + " files");
        return 0;
    }
}

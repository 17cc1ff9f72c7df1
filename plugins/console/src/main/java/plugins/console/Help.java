package plugins.console;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What the verbs of this node say about themselves: service property {@code mta.help}. Thread-safe. */
record Help(BundleContext context) {

    /** The framework's verbs have no mta.help of their own. */
    private static final List<String> FELIX = List.of(
            "lb|[NAME]|the installed bundles and their states|lb mta",
            "scr:list|[BUNDLE]|the Declarative Services components and their states|scr:list plugins.console",
            "scr:info|COMPONENT|one component: references, properties, and what it still waits for|"
                    + "scr:info plugins.console.ControlSocket",
            "log|[COUNT] LEVEL|the framework's log, from error, warn, info or debug on|log 20 warn");

    /** Of one verb: as it is written ({@code queue show}), its arguments, what it does, an example. */
    record Line(String verb, String arguments, String does, String example) {

        /** Whether it is about this verb, or about what this verb can do. */
        boolean isAbout(String wanted) {
            return verb.equals(wanted) || verb.startsWith(wanted + " ");
        }
    }

    /** The framework's verbs of this page. */
    static final List<String> FRAMEWORK =
            FELIX.stream().map(line -> line.split("\\|", 2)[0]).toList();

    /** What there is about a verb, with or without its scope. */
    List<Line> about(String verb) {
        String wanted = verb.replaceFirst("^mta:", "");
        return lines().stream().filter(line -> line.isAbout(wanted)).toList();
    }

    /** All of them, sorted, those of the framework last. */
    List<Line> lines() {
        return Stream.concat(services().sorted(), FELIX.stream())
                .map(line -> line.split("\\|", 4))
                .filter(parts -> parts.length == 4)
                .map(parts -> new Line(parts[0], parts[1], parts[2], parts[3]))
                .toList();
    }

    private Stream<String> services() {
        try {
            ServiceReference<?>[] services = context.getAllServiceReferences(null, "(mta.help=*)");
            return services == null
                    ? Stream.empty()
                    : Arrays.stream(services).flatMap(service -> lines(service.getProperty("mta.help")));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // a constant
        }
    }

    private static Stream<String> lines(Object property) {
        return switch (property) {
            case String[] lines -> Arrays.stream(lines);
            case Collection<?> lines -> lines.stream().map(String::valueOf);
            default -> Stream.of(property.toString());
        };
    }
}

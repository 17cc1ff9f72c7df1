package plugins.console;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The console's own verbs. Run on the console's thread. */
@Component(
        service = NodeCommands.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=verbs",
            "osgi.command.function=shutdown",
            "mta.help=verbs|[VERB]|the verbs of this node, or of one of them, each with an example|verbs queue",
            "mta.help=shutdown||stop the node in order; mail on the wire is finished, the rest is kept|shutdown"
        })
public final class NodeCommands {

    /** The framework's verbs have no mta.help of their own. */
    private static final List<String> FELIX = List.of(
            "lb|[NAME]|the installed bundles and their states|lb mta",
            "scr:list|[BUNDLE]|the Declarative Services components and their states|scr:list plugins.console",
            "scr:info|COMPONENT|one component: references, properties, and what it still waits for|"
                    + "scr:info plugins.console.ControlSocket",
            "log|[COUNT] LEVEL|the framework's log, from error, warn, info or debug on|log 20 warn");

    private final BundleContext context;

    @Activate
    public NodeCommands(BundleContext context) {
        this.context = context;
    }

    public Object verbs(String[] words) throws InvalidSyntaxException {
        if (words.length > 1) {
            return Refusal.usage("verbs [VERB]");
        }
        String wanted = words.length == 0 ? "" : words[0].replaceFirst("^mta:", "");
        Table.Builder table =
                Table.of(Column.text("verb"), Column.text("arguments"), Column.text("does"), Column.text("example"));
        List<String[]> lines = Stream.concat(helpOfServices(), FELIX.stream())
                .map(line -> line.split("\\|", 4))
                .filter(parts -> parts.length == 4)
                .filter(parts -> wanted.isEmpty() || parts[0].equals(wanted) || parts[0].startsWith(wanted + " "))
                .toList();
        if (lines.isEmpty()) {
            return Refusal.of("no help for '" + wanted + "'");
        }
        lines.forEach(parts -> table.row((Object[]) parts));
        return table.note("Every verb takes --json and --help.").build();
    }

    private Stream<String> helpOfServices() throws InvalidSyntaxException {
        ServiceReference<?>[] services = context.getAllServiceReferences(null, "(mta.help=*)");
        if (services == null) {
            return Stream.empty();
        }
        return Arrays.stream(services)
                .flatMap(service -> lines(service.getProperty("mta.help")))
                .sorted();
    }

    private static Stream<String> lines(Object property) {
        return switch (property) {
            case String[] lines -> Arrays.stream(lines);
            case Collection<?> lines -> lines.stream().map(String::valueOf);
            default -> Stream.of(property.toString());
        };
    }

    /** Answers first: the stop takes the console along. */
    public String shutdown() {
        Thread.ofPlatform().name("shutdown verb").start(() -> {
            try {
                context.getBundle(0).stop();
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            }
        });
        return "stopping";
    }
}

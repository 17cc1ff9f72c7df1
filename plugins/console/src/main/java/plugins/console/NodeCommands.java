package plugins.console;

import java.util.List;
import mta.plugins.api.admin.Column;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
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

    private final BundleContext context;

    @Activate
    public NodeCommands(BundleContext context) {
        this.context = context;
    }

    public Object verbs(String[] words) {
        if (words.length > 1) {
            return Refusal.usage("verbs [VERB]");
        }
        String wanted = words.length == 0 ? "" : words[0].replaceFirst("^mta:", "");
        Table.Builder table =
                Table.of(Column.text("verb"), Column.prose("arguments"), Column.prose("does"), Column.prose("example"));
        List<Help.Line> lines = new Help(context)
                .lines().stream()
                        .filter(line -> wanted.isEmpty() || line.isAbout(wanted))
                        .toList();
        if (lines.isEmpty()) {
            return Refusal.of("no help for '" + wanted + "'");
        }
        lines.forEach(line -> table.row(line.verb(), line.arguments(), line.does(), line.example()));
        return table.note("Every verb takes --json and --help.").build();
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

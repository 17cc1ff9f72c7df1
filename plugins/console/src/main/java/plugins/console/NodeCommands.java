package plugins.console;

import java.util.List;
import mta.plugins.api.admin.Refusal;
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
            "osgi.command.function=help",
            "osgi.command.function=shutdown",
            "mta.help=help|[VERB]|the same as verbs|help queue list",
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
        String wanted = String.join(" ", words).replaceFirst("^mta:", "");
        Help help = new Help(context);
        List<Help.Line> lines = wanted.isEmpty() ? help.lines() : help.about(wanted);
        if (lines.isEmpty()) {
            return Refusal.usage(
                    "no help for '" + wanted + "'; a verb of Gogo's own may have some: " + words[0] + " --help");
        }
        return new Manual(lines, wanted.isEmpty());
    }

    /** The same by the name that people try first. */
    public Object help(String[] words) {
        return verbs(words);
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

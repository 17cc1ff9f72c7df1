package mta.core.start;

import java.io.IOException;
import java.util.Collection;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import mta.core.io.Listeners;
import mta.core.io.Listeners.State;
import mta.core.node.Node;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Says once, by a service with the property {@code mta.ready}, whether every configured listener is open; whoever
 * started the process waits for that word. Waits on a virtual thread of its own.
 */
@Component(
        service = {},
        immediate = true)
public final class Readiness {

    private static final int FAILED = 1;

    private final BundleContext context;
    private final Thread thread;

    @Activate
    public Readiness(
            @Reference Node node,
            @Reference Listeners listeners,
            @Reference ConfigurationAdmin configuration,
            BundleContext context)
            throws IOException, InvalidSyntaxException {
        this.context = context;
        Collection<String> names = configured(configuration);
        thread = Thread.ofVirtual().name("readiness").start(() -> await(node, listeners, names));
    }

    private static Collection<String> configured(ConfigurationAdmin admin) throws IOException, InvalidSyntaxException {
        var names = new TreeSet<String>();
        Configuration[] found = admin.listConfigurations("(service.factoryPid=mta.listener)");
        if (found != null) {
            for (Configuration listener : found) {
                names.add(listener.getPid().substring(listener.getPid().indexOf('~') + 1));
            }
        }
        return names;
    }

    private void await(Node node, Listeners listeners, Collection<String> names) {
        try {
            say(node, listeners.awaitSettled(names));
        } catch (InterruptedException e) {
            // The node stops before it was ready.
        }
    }

    private void say(Node node, Map<String, State> states) {
        var failures = states.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof State.Failed)
                .map(entry -> "listener " + entry.getKey() + ": " + ((State.Failed) entry.getValue()).reason())
                .collect(Collectors.joining("\n  "));
        if (!failures.isEmpty()) {
            say(context, false, failures, FAILED);
            return;
        }
        var open = states.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof State.Open)
                .map(entry -> open(entry.getKey(), (State.Open) entry.getValue()))
                .collect(Collectors.joining(", "));
        say(context, true, node.hostname() + (open.isEmpty() ? ", no listeners" : ", " + open), 0);
    }

    private static String open(String name, State.Open open) {
        return open.protocol() + " " + open.endpoint() + " (" + name + ")";
    }

    /**
     * Registers the word.
     *
     * @param status exit status of a process that cannot start
     */
    public static void say(BundleContext context, boolean ready, String text, int status) {
        var properties = new Hashtable<String, Object>();
        properties.put("mta.ready", ready);
        properties.put("mta.ready.text", text);
        properties.put("mta.ready.status", status);
        context.registerService(Object.class, new Object(), properties);
    }

    @Deactivate
    void stop() {
        thread.interrupt();
    }
}

package mta.core.hooks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import mta.core.node.Gate;
import mta.core.policy.LookupCommand;
import mta.core.policy.PolicyLookup;
import mta.core.records.RecordBus;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.log.Records;
import mta.plugins.api.policy.Lookup;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Wires the hook runner into the framework: plugins are services with the property {@code mta.plugin}, bindings are the
 * configurations of {@code mta.binding}. All bindings are read at once, so that no plan holds half of a change.
 */
@Component(immediate = true, service = ConfigurationListener.class)
public final class HookService implements ConfigurationListener {

    /**
     * A reload brings one event for each binding: the plan is made when they have all come. A start needs no event: the
     * configuration was handed over before this component came to be.
     */
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Property of the framework: the start level of the plugins that start last. */
    private static final String LAST_LEVEL = "mta.plugins.level";

    private final ConfigurationAdmin configuration;
    private final RecordBus records;
    private final HookRunner runner;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final PluginServices plugins;
    private final AtomicLong lastEvent = new AtomicLong();

    @Activate
    public HookService(BundleContext context, @Reference ConfigurationAdmin configuration)
            throws InvalidSyntaxException {
        this.configuration = configuration;
        this.records = new RecordBus(Path.of(context.getProperty("mta.data"), "var", "records"));
        this.runner = new HookRunner(records::emit, InstantSource.system());
        records.attach(runner);
        bind();
        plugins = new PluginServices(context, runner);
        plugins.open();
        services.add(context.registerService(HookPoints.class, runner, null));
        services.add(context.registerService(HookRunner.class, runner, null));
        services.add(context.registerService(PluginServices.class, plugins, null));
        services.add(context.registerService(Records.class, records, null));
        var lookup = new PolicyLookup(runner, InstantSource.system());
        services.add(context.registerService(Lookup.class, lookup, null));
        services.add(
                context.registerService(LookupCommand.class, new LookupCommand(lookup), LookupCommand.properties()));
        Bundle framework = context.getBundle(Constants.SYSTEM_BUNDLE_ID);
        BooleanSupplier started = () -> framework.getState() == Bundle.ACTIVE;
        var gate = new StartGate(started, () -> allPluginsStarted(framework), runner, InstantSource.system());
        services.add(context.registerService(Gate.class, gate, null));
        var commands = new HookCommands(runner, records);
        services.add(context.registerService(HookCommands.class, commands, HookCommands.properties()));
    }

    /** Whether the start level has been reached at which the launcher starts the last plugins; without it there are none. */
    private static boolean allPluginsStarted(Bundle framework) {
        String last = framework.getBundleContext().getProperty(LAST_LEVEL);
        return last == null || framework.adapt(FrameworkStartLevel.class).getStartLevel() >= Integer.parseInt(last);
    }

    @Deactivate
    void stop() {
        services.reversed().forEach(ServiceRegistration::unregister);
        records.close();
        plugins.close();
        runner.close();
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (BindingSettings.PID.equals(event.getFactoryPid())) {
            long mine = lastEvent.incrementAndGet();
            Thread.ofVirtual().name("mta/bindings").start(() -> bindWhenQuiet(mine));
        }
    }

    private void bindWhenQuiet(long event) {
        try {
            Thread.sleep(QUIET);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (lastEvent.get() == event && waitsForPlugin() && System.nanoTime() - end < 0) {
                Thread.sleep(QUIET);
            }
        } catch (InterruptedException e) {
            return;
        }
        if (lastEvent.get() == event) {
            bind();
        }
    }

    /** A plugin that comes with its settings, such as a milter, is there a moment after the binding that requires it. */
    private boolean waitsForPlugin() {
        try {
            return runner.lacks(read());
        } catch (IOException | InvalidSyntaxException | IllegalArgumentException e) {
            return false; // bind says why
        }
    }

    /** Reads all bindings and makes a plan of them. One that cannot be read keeps the old plan, as a whole. */
    private synchronized void bind() {
        try {
            runner.bind(read());
        } catch (IOException | InvalidSyntaxException | IllegalArgumentException e) {
            runner.refuse(e.getMessage());
        }
    }

    private List<Binding> read() throws IOException, InvalidSyntaxException {
        var bindings = new ArrayList<Binding>();
        Configuration[] all = configuration.listConfigurations("(service.factoryPid=" + BindingSettings.PID + ")");
        for (Configuration one : all == null ? new Configuration[0] : all) {
            bindings.add(Binding.parse(nameOf(one.getPid()), map(one.getProperties())));
        }
        return bindings;
    }

    private static String nameOf(String pid) {
        return pid.substring(pid.indexOf('~') + 1);
    }

    private static Map<String, Object> map(Dictionary<String, Object> properties) {
        var map = new HashMap<String, Object>();
        for (var keys = properties.keys(); keys.hasMoreElements(); ) {
            String key = keys.nextElement();
            map.put(key, properties.get(key));
        }
        return map;
    }
}

package mta.core.plugins;

import java.io.File;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.core.hooks.HookRunner;
import mta.core.hooks.PluginServices;
import mta.plugins.api.admin.PluginSource;
import mta.plugins.api.log.Records;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Wires the plugin host into the framework. File Install watches the folder and says which jar came, changed or went; what
 * that means is decided here, because File Install would stop a running version before it knows whether the next one
 * works. Called on File Install's thread.
 */
@Component(immediate = true, service = ArtifactInstaller.class, property = Constants.SERVICE_RANKING + ":Integer=1000")
public final class DeployFolder implements ArtifactInstaller {

    private final PluginHost host;
    private final Path folder;
    private final List<PluginSource> sources = new CopyOnWriteArrayList<>();
    private final List<ServiceRegistration<?>> commands = new ArrayList<>();

    @Activate
    public DeployFolder(
            BundleContext context,
            @Reference HookRunner runner,
            @Reference PluginServices services,
            @Reference ServiceComponentRuntime components,
            @Reference Records records) {
        Path data = Path.of(context.getProperty("mta.data"));
        folder = data.resolve("deploy").toAbsolutePath().normalize();
        host = new PluginHost(
                context,
                folder,
                data.resolve("var/plugins.disabled"),
                runner,
                services,
                new Components(components),
                records::emit,
                InstantSource.system());
        var verbs = new PluginCommands(host, runner, sources);
        commands.add(context.registerService(PluginCommands.class, verbs, PluginCommands.properties()));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bring(PluginSource source) {
        sources.add(source);
    }

    void unbring(PluginSource source) {
        sources.remove(source);
    }

    @Deactivate
    void stop() {
        commands.forEach(ServiceRegistration::unregister);
    }

    /** All that lies there: what nobody takes, a draft with another name, File Install would install in its own way. */
    @Override
    public boolean canHandle(File file) {
        return folder.equals(file.toPath().toAbsolutePath().normalize().getParent());
    }

    private static boolean isPlugin(File file) {
        return file.getName().endsWith(".jar") && !file.getName().startsWith(".");
    }

    @Override
    public void install(File file) {
        if (isPlugin(file)) {
            host.arrived(file.toPath());
        }
    }

    @Override
    public void update(File file) {
        install(file);
    }

    @Override
    public void uninstall(File file) {
        if (isPlugin(file)) {
            host.left(file.toPath());
        }
    }
}

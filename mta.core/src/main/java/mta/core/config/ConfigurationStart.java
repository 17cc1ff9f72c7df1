package mta.core.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import mta.core.start.Readiness;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.Records;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the configuration over before any component of this bundle is activated: an activator runs before Declarative
 * Services look at the bundle, and all others start after it. With a wrong configuration nothing is handed over, hence
 * nothing that needs configuration runs, and the word goes to whoever started the process.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class ConfigurationStart implements BundleActivator {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationStart.class);
    private static final int CONFIG = 78;
    private static final String HELP =
            "\nEvery setting is in docs/settings.md; './mta check-config DIR' looks without starting a node.";

    private Optional<Settings> settings = Optional.empty();
    private Optional<ServiceTracker<Records, Records>> records = Optional.empty();

    @Override
    public void start(BundleContext context) throws IOException {
        ServiceReference<ConfigurationAdmin> admin = context.getServiceReference(ConfigurationAdmin.class);
        if (admin == null) {
            throw new IllegalStateException("Configuration Admin starts at an earlier level, and is not there");
        }
        Path instance = folder(context, "mta.data", Path.of("."));
        Path home = folder(context, "mta.home", instance);
        var tracker = new ServiceTracker<Records, Records>(context, Records.class, null);
        tracker.open();
        records = Optional.of(tracker);
        long began = System.nanoTime();
        var started = new Settings(context.getService(admin), home, instance, record -> emit(tracker, record));
        settings = Optional.of(started);
        List<Problem> problems = started.start();
        log.debug("configuration read in {} ms", (System.nanoTime() - began) / 1_000_000);
        context.registerService(ConfigCommand.class, new ConfigCommand(started), ConfigCommand.properties());
        if (!problems.isEmpty()) {
            Path conf = instance.resolve("conf");
            Readiness.say(
                    context,
                    false,
                    problems.stream()
                            .map(problem -> conf.resolve(problem.toString()).toString())
                            .collect(Collectors.joining("\n  ", "the configuration is wrong\n  ", HELP)),
                    CONFIG);
        }
        started.watch();
    }

    private static void emit(ServiceTracker<Records, Records> tracker, LogRecord record) {
        Records service = tracker.getService();
        if (service != null) {
            service.emit(record);
        }
    }

    private static Path folder(BundleContext context, String property, Path otherwise) {
        String folder = context.getProperty(property);
        return (folder == null ? otherwise : Path.of(folder)).toAbsolutePath().normalize();
    }

    @Override
    public void stop(BundleContext context) {
        settings.ifPresent(Settings::close);
        records.ifPresent(ServiceTracker::close);
    }
}

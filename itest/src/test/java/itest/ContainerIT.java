package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.options.UrlProvisionOption;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;

/** The distribution's bundles in the real container: all of them resolve and start. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ContainerIT {

    @Inject
    BundleContext context;

    @Configuration
    public Option[] distribution() throws IOException {
        Path instance = Files.createTempDirectory("mta");
        Files.createDirectories(instance.resolve("conf"));
        return options(
                bundles(2, "05"),
                bundles(3, "10"),
                bundles(4, "20"),
                bundles(5, "30"),
                bundles(5, "40"),
                systemPackages(
                        "org.slf4j;version=2.0.20",
                        "org.slf4j.event;version=2.0.20",
                        "org.slf4j.helpers;version=2.0.20",
                        "org.slf4j.spi;version=2.0.20"),
                frameworkProperty("mta.home").value(Distribution.HOME.toString()),
                frameworkProperty("mta.data").value(instance.toString()),
                junitBundles());
    }

    private static Option bundles(int startLevel, String level) throws IOException {
        List<Option> options = new ArrayList<>();
        for (Path jar : Distribution.bundles(level)) {
            UrlProvisionOption option = bundle(jar.toUri().toString()).startLevel(startLevel);
            // Its activator takes the terminal; the launcher does not start it either.
            options.add(jar.toString().contains("gogo.jline") ? option.noStart() : option);
        }
        return composite(options.toArray(Option[]::new));
    }

    @Test
    public void everyBundleResolvesAndIsActive() {
        List<String> wrong = Arrays.stream(context.getBundles())
                .filter(bundle -> (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0)
                .filter(bundle -> !bundle.getSymbolicName().endsWith("gogo.jline"))
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(bundle -> bundle.getSymbolicName() + " is in state " + bundle.getState())
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    public void theDistributionIsWhatRuns() {
        List<String> names =
                Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName).toList();
        assertTrue(
                names.toString(), names.containsAll(List.of("mta.core", "mta.queue", "mta.smtp", "plugins.console")));
        assertEquals(25, Runtime.version().feature());
    }
}

package mta.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * The distribution's own bundles: every jar of {@code system/NN}, started at start level NN; plugins that the
 * configuration does not mention start at a later one.
 */
final class SystemBundles {

    /** Beyond the framework's beginning start level (etc/framework.properties). */
    static final int LAST_LEVEL = 40;

    private static final int PLUGINS = 30;

    /** That of plugins which no configuration mentions: after the listeners are open. */
    static final int UNMENTIONED = 35;

    /**
     * Installed for its classes, never started: inside OSGi the activator of gogo.jline finds no terminal and takes
     * standard input; plugins/console does its work.
     */
    private static final Set<String> LIBRARY_ONLY = Set.of("org.apache.felix.gogo.jline");

    private final BundleContext context;
    private final ClassPath classPath;
    private final List<String> unwanted;
    private final List<Path> later = new ArrayList<>();
    private final List<Bundle> started = new ArrayList<>();

    /**
     * Installs none yet.
     *
     * @param disabled names of those that the operator does not want, a file of lines that may be missing
     */
    SystemBundles(BundleContext context, ClassPath classPath, Path disabled) throws IOException {
        this.context = context;
        this.classPath = classPath;
        this.unwanted = Files.exists(disabled) ? Files.readAllLines(disabled) : List.of();
    }

    /**
     * Installs those of the folder {@code system} but the plugins that the configuration does not mention, and marks them to
     * be started; they start when the framework reaches their level.
     */
    void install(Path system, Mentions mentions) throws IOException, BundleException {
        List<Bundle> toStart = new ArrayList<>();
        for (Path level : sorted(system)) {
            int startLevel = Integer.parseInt(level.getFileName().toString());
            for (Path jar : sorted(level)) {
                if (startLevel == PLUGINS && !mentions.mention(jar)) {
                    later.add(jar);
                } else {
                    install(jar, startLevel).ifPresent(toStart::add);
                }
            }
        }
        start(toStart);
    }

    /** Installs the plugins that were left out before. */
    void installTheRest() throws BundleException {
        List<Bundle> toStart = new ArrayList<>();
        for (Path jar : later) {
            install(jar, UNMENTIONED).ifPresent(toStart::add);
        }
        later.clear();
        start(toStart);
    }

    private Optional<Bundle> install(Path jar, int startLevel) throws BundleException {
        Bundle bundle = context.installBundle(classPath.location(jar));
        bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel);
        boolean starts = !isFragment(bundle)
                && !LIBRARY_ONLY.contains(bundle.getSymbolicName())
                && !unwanted.contains(bundle.getSymbolicName());
        return starts ? Optional.of(bundle) : Optional.empty();
    }

    private void start(List<Bundle> bundles) throws BundleException {
        for (Bundle bundle : bundles) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            started.add(bundle);
        }
    }

    /** Those that should run at the present start level and do not. */
    List<Bundle> notActive(Framework framework) {
        int level = framework.adapt(FrameworkStartLevel.class).getStartLevel();
        return started.stream()
                .filter(bundle -> bundle.adapt(BundleStartLevel.class).getStartLevel() <= level)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE && !isLazy(bundle))
                .toList();
    }

    int count() {
        return started.size();
    }

    /** A bundle with lazy activation rests in STARTING until its first class is asked for. */
    private static boolean isLazy(Bundle bundle) {
        return bundle.getState() == Bundle.STARTING
                && bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATIONPOLICY) != null;
    }

    private static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}

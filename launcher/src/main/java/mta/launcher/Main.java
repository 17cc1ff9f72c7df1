package mta.launcher;

import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.connect.ConnectFrameworkFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * Starts a node and waits for its end. {@code -Dmta.home} is the distribution, {@code -Dmta.data} the instance folder
 * (the distribution's own when absent). Runs on the main thread; the stop runs on the JVM's shutdown thread.
 */
public final class Main {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private static final Duration BEFORE_THE_REST = Duration.ofMillis(250);

    /** What the process ends with once the bundles have stopped. Written by the main thread, read by the stop thread. */
    private static volatile int status = Status.OK;

    /** Set once the stop has begun: what a start that it overtook then misses is no failure. */
    private static volatile boolean stopping;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            Framework framework = start(Instance.fromProperties());
            framework.waitForStop(0);
            System.exit(Status.OK);
        } catch (StartFailure e) {
            fail(e.status(), e.getMessage());
        } catch (IOException | BundleException | InvalidSyntaxException e) {
            fail(Status.FAILED, e.toString());
        }
    }

    private static Framework start(Instance instance)
            throws IOException, BundleException, InvalidSyntaxException, InterruptedException, StartFailure {
        System.setProperty("mta.home", instance.home().toString());
        System.setProperty("mta.data", instance.data().toString());
        instance.prepare();
        instance.lock();

        ClassPath classPath = new ClassPath();
        Framework framework = ServiceLoader.load(ConnectFrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(frameworkProperties(instance), classPath);
        framework.init();
        stopOnSignal(framework);
        BundleContext context = framework.getBundleContext();
        SystemBundles bundles =
                new SystemBundles(context, classPath, instance.var().resolve("plugins.disabled"));
        bundles.install(
                instance.home().resolve("system"), Mentions.in(instance.data().resolve("conf")));
        Readiness readiness = new Readiness(context);
        framework.start(); // returns when every start level up to the beginning one has been reached
        requireActive(bundles.notActive(framework), context);
        readiness.await(BEFORE_THE_REST); // listeners first, but what they wait for may be among the rest
        bundles.installTheRest();
        startTheRest(framework);
        requireActive(bundles.notActive(framework), context);

        Readiness.Word word = readiness.await(() -> System.err.println("mta: still starting"));
        if (!word.ready()) {
            throw new StartFailure(word.status(), word.text());
        }
        System.out.println("mta ready in " + sinceProcessStart().toMillis() + " ms: " + word.text());
        return framework;
    }

    /** Starts the bundles beyond the beginning start level, which mail that comes in does not wait for. */
    private static void startTheRest(Framework framework) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(SystemBundles.LAST_LEVEL, _ -> started.countDown());
        started.await();
    }

    private static void requireActive(List<Bundle> missing, BundleContext context) throws StartFailure {
        List<String> reasons = missing.stream()
                .flatMap(bundle -> Diagnosis.of(bundle, context).stream())
                .toList();
        if (!reasons.isEmpty()) {
            throw new StartFailure(Status.FAILED, String.join("\n  ", reasons));
        }
    }

    /** The file {@code etc/framework.properties}, then what the command line sets for the framework, then the folders. */
    private static Map<String, String> frameworkProperties(Instance instance) throws IOException {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(instance.home().resolve("etc/framework.properties"))) {
            file.load(reader);
        }
        Map<String, String> properties = new HashMap<>();
        file.stringPropertyNames().forEach(name -> properties.put(name, resolve(file.getProperty(name), instance)));
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("mta.") || name.startsWith("felix.") || name.startsWith("org.osgi.")) {
                properties.put(name, System.getProperty(name));
            }
        }
        properties.put("mta.plugins.level", String.valueOf(SystemBundles.UNMENTIONED));
        properties.put(
                Constants.FRAMEWORK_STORAGE, instance.var().resolve("bundles").toString());
        return properties;
    }

    private static String resolve(String value, Instance instance) {
        return value.replace("${mta.home}", instance.home().toString())
                .replace("${mta.data}", instance.data().toString());
    }

    private static void stopOnSignal(Framework framework) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(framework)));
    }

    /**
     * Stops the bundles in the reverse order of their start. Ends the process itself, since the JVM would report the
     * signal's number (143) for what was an orderly stop.
     */
    private static void stop(Framework framework) {
        stopping = true;
        try {
            framework.stop();
            FrameworkEvent end = framework.waitForStop(STOP_LIMIT.toMillis());
            if (end.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                System.err.println("mta: not stopped after " + STOP_LIMIT.toSeconds() + " s, ending the process");
                status = Status.FAILED;
            } else if (status == Status.OK) {
                System.out.println("mta stopped");
            }
        } catch (BundleException | InterruptedException e) {
            System.err.println("mta: stop failed: " + e);
            status = Status.FAILED;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private static void fail(int exitStatus, String reason) {
        if (!stopping) {
            System.err.println("mta: not started: " + reason);
            status = exitStatus;
        }
        System.exit(exitStatus);
    }

    /** By the JVM's own clock: what the system says of a process's start may be off by a second. */
    private static Duration sinceProcessStart() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }
}

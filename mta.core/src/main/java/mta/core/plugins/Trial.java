package mta.core.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import mta.core.hooks.HookRunner;
import mta.core.hooks.PluginServices;
import mta.plugins.api.SelfTest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one version of a bundle in force: installed beside the version before, resolved, started, its services kept back
 * until they have passed their self tests, then admitted to the plan; only then is the version before stopped, which waits
 * for the calls that run in it, and uninstalled. A version that does not get that far leaves no trace but its refusal.
 * Runs under the host's lock.
 */
final class Trial {

    private static final Logger log = LoggerFactory.getLogger(Trial.class);

    /** Where bundles installed from here come from, in the framework's words. */
    static final String LOCATION = "plugin:";

    static final Duration START = Duration.ofSeconds(30);
    static final Duration SELFTEST = Duration.ofSeconds(10);
    private static final Duration REFRESH = Duration.ofSeconds(15);
    private static final int START_LEVEL = 30;

    private final BundleContext context;
    private final PluginServices services;
    private final Components components;
    private final HookRunner runner;
    private final AtomicLong serial = new AtomicLong();

    Trial(BundleContext context, PluginServices services, Components components, HookRunner runner) {
        this.context = context;
        this.services = services;
        this.components = components;
        this.runner = runner;
    }

    /** @return the bundle that runs now, in the place of the one before */
    Bundle replace(BundleFile file, Optional<Slot.Live> before) throws Refused {
        List<HookRunner.Need> needs =
                before.map(old -> requiredOf(old.bundle())).orElse(List.of());
        Bundle bundle = install(file);
        boolean stopped = false;
        try {
            resolve(bundle);
            if (file.inPlace() && before.isPresent()) {
                stop(before.get().bundle());
                stopped = true;
            }
            start(bundle);
            test(bundle);
            checkRequired(bundle, needs);
        } catch (Refused refused) {
            remove(bundle);
            if (stopped) {
                restart(before.get().bundle());
            }
            throw refused;
        }
        services.admit(bundle);
        before.ifPresent(this::retire);
        return bundle;
    }

    private Bundle install(BundleFile file) throws Refused {
        try (InputStream in = file.open()) {
            // A location of its own: two versions, or twice the same one, are installed at the same time.
            Bundle bundle = context.installBundle(LOCATION + file.name() + "/" + serial.incrementAndGet(), in);
            bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
            return bundle;
        } catch (BundleException | IOException | RuntimeException e) {
            throw new Refused(Refused.Why.UNREADABLE, Diagnosis.cause(e));
        }
    }

    private void resolve(Bundle bundle) throws Refused {
        if (!framework().resolveBundles(Set.of(bundle))) {
            throw new Refused(Refused.Why.UNRESOLVED, Diagnosis.unresolved(bundle, context));
        }
    }

    private FrameworkWiring framework() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private void start(Bundle bundle) throws Refused {
        services.hold(bundle);
        try {
            Limited.run(bundle.getSymbolicName(), START, () -> bundle.start(Bundle.START_ACTIVATION_POLICY));
        } catch (ExecutionException e) {
            throw new Refused(Refused.Why.START, "its start failed: " + Diagnosis.cause(e));
        } catch (TimeoutException e) {
            throw new Refused(Refused.Why.START, "its start did not end within " + START.toSeconds() + " s");
        }
        Optional<String> failure = components.failure(bundle);
        if (failure.isPresent()) {
            throw new Refused(Refused.Why.START, failure.get());
        }
    }

    private void test(Bundle bundle) throws Refused {
        Set<SelfTest> tests = Collections.newSetFromMap(new IdentityHashMap<>());
        for (PluginServices.Offer offer : services.offers(bundle)) {
            if (offer.service() == null) {
                String why = components.failure(bundle).orElse("its component could not be activated");
                throw new Refused(Refused.Why.START, "plugin " + offer.plugin() + ": " + why);
            }
            if (offer.service() instanceof SelfTest test) {
                tests.add(test);
            }
        }
        for (SelfTest test : tests) {
            try {
                Limited.run(bundle.getSymbolicName(), SELFTEST, test::selftest);
            } catch (ExecutionException e) {
                throw new Refused(Refused.Why.SELFTEST, "its selftest failed: " + words(e.getCause()));
            } catch (TimeoutException e) {
                throw new Refused(
                        Refused.Why.SELFTEST, "its selftest did not end within " + SELFTEST.toSeconds() + " s");
            }
        }
    }

    /** What a selftest throws is meant to be read; what else it may throw is shown with its type. */
    private static String words(Throwable thrown) {
        return thrown.getClass() == Exception.class && thrown.getMessage() != null
                ? thrown.getMessage()
                : thrown.toString();
    }

    /** A version without what a required binding calls would put off all mail the moment the old one goes. */
    private void checkRequired(Bundle bundle, List<HookRunner.Need> needs) throws Refused {
        List<PluginServices.Offer> now = services.offers(bundle);
        for (HookRunner.Need need : needs) {
            if (!offers(now, need)) {
                String waits = String.join("; ", components.waits(bundle));
                throw new Refused(
                        Refused.Why.REQUIRED,
                        "binding " + need.binding() + " requires " + need.plugin() + " at " + need.point()
                                + ", which this version does not offer" + (waits.isEmpty() ? "" : ": " + waits));
            }
        }
    }

    private static boolean offers(List<PluginServices.Offer> offers, HookRunner.Need need) {
        return offers.stream()
                .anyMatch(offer -> offer.plugin().equals(need.plugin())
                        && offer.points().stream()
                                .anyMatch(point -> need.point().equals(point)
                                        || need.point().endsWith("." + point)));
    }

    // ---- going

    /** Stops it, which waits for running calls, and takes it out; a bundle of the distribution stays, stopped. */
    void retire(Slot.Live live) {
        stop(live.bundle());
        if (!live.isShipped()) {
            remove(live.bundle());
        }
    }

    void stop(Bundle bundle) {
        try {
            Limited.run(bundle.getSymbolicName(), START, () -> bundle.stop(Bundle.STOP_TRANSIENT));
        } catch (ExecutionException e) {
            log.warn("{} stopped with", bundle, e.getCause());
        } catch (TimeoutException e) {
            log.error("{} does not stop", bundle);
        }
    }

    /** Whatever state it is in. Bundles that use its packages are moved to another exporter, or stop. */
    private void remove(Bundle bundle) {
        try {
            Limited.run(bundle.getSymbolicName(), START, bundle::uninstall);
            services.forget(bundle);
        } catch (ExecutionException e) {
            log.warn("{} was uninstalled with", bundle, e.getCause());
        } catch (TimeoutException e) {
            log.error("{} cannot be uninstalled: it does not come back from its start or stop", bundle);
            return;
        }
        if (framework().getRemovalPendingBundles().contains(bundle)) {
            var done = new CountDownLatch(1);
            framework().refreshBundles(List.of(bundle), _ -> done.countDown());
            try {
                if (!done.await(REFRESH.toSeconds(), TimeUnit.SECONDS)) {
                    log.error("the bundles that use {} do not restart", bundle);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One that has run before: nothing is tested. */
    void restart(Bundle bundle) {
        services.admit(bundle);
        try {
            Limited.run(
                    bundle.getSymbolicName(),
                    START,
                    () -> bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY));
        } catch (ExecutionException e) {
            log.error("{} does not start again", bundle, e.getCause());
        } catch (TimeoutException e) {
            log.error("{} does not come back from its start", bundle);
        }
    }

    /** Whom it would leave without a required plugin. */
    List<HookRunner.Need> requiredOf(Bundle bundle) {
        List<PluginServices.Offer> until = services.offers(bundle);
        return runner.required().stream().filter(need -> offers(until, need)).toList();
    }
}

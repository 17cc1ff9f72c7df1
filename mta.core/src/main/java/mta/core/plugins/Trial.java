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
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import mta.core.hooks.HookRunner;
import mta.core.hooks.PluginServices;
import mta.plugins.api.SelfTest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one version of a bundle in force: installed beside the version before, resolved, started, its services kept back
 * until they have passed their self tests, then admitted to the plan; only then is the version before stopped, which waits
 * for the calls that run in it, and uninstalled. A version that does not get that far leaves no trace but its refusal.
 * Several bundles are tried at the same time, on the threads of those who ask, but never twice the same one.
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

    /**
     * Who tries a bundle shares it; who moves bundles to another exporter has it alone, for it stops and starts them, those
     * on trial too. Nobody waits for running calls while having it, but for an update in place.
     */
    private final ReadWriteLock wiring = new ReentrantReadWriteLock();

    Trial(BundleContext context, PluginServices services, Components components, HookRunner runner) {
        this.context = context;
        this.services = services;
        this.components = components;
        this.runner = runner;
    }

    /** A version on trial, and what came of it: a bundle that runs, or a refusal. For one thread. */
    static final class Case {

        private final BundleFile file;
        private final Optional<Slot.Live> before;
        private List<HookRunner.Need> needs = List.of();
        private Optional<Bundle> bundle = Optional.empty();
        private Optional<Refused> refused = Optional.empty();
        private boolean stoppedBefore;

        /** @param before what it is to replace */
        Case(BundleFile file, Optional<Slot.Live> before) {
            this.file = file;
            this.before = before;
        }

        BundleFile file() {
            return file;
        }

        Optional<Refused> refused() {
            return refused;
        }

        /** What runs now, in the place of the one before. */
        Bundle bundle() {
            return bundle.orElseThrow();
        }

        private interface Step {
            void run(Bundle bundle) throws Refused;
        }

        private void step(Step step) {
            if (refused.isEmpty()) {
                try {
                    step.run(bundle());
                } catch (Refused why) {
                    refused = Optional.of(why);
                }
            }
        }

        private boolean isWiredTo(Case other) {
            return other.bundle.isPresent()
                    && bundle().adapt(BundleWiring.class).getRequiredWires(null).stream()
                            .anyMatch(wire ->
                                    other.bundle().equals(wire.getProvider().getBundle()));
        }
    }

    /** Each by itself, but for this: they are resolved together, and one that another one needs takes that one with it. */
    void run(List<Case> cases) {
        wiring.readLock().lock();
        try {
            cases.forEach(this::install);
            resolve(cases.stream().filter(one -> one.bundle.isPresent()).toList());
            cases.forEach(this::start);
            cases.forEach(one -> one.step(this::test));
            cases.forEach(one -> one.step(bundle -> checkRequired(bundle, one.needs)));
            spread(cases);
            cases.stream().filter(one -> one.refused.isPresent()).forEach(this::takeBack);
            cases.stream().filter(one -> one.refused.isEmpty()).forEach(one -> services.admit(one.bundle()));
        } finally {
            wiring.readLock().unlock();
        }
        for (Case one : cases) {
            if (one.refused.isPresent()) {
                one.bundle.ifPresent(this::rewire);
            } else {
                one.before.ifPresent(this::retire);
            }
        }
    }

    private void install(Case one) {
        one.needs = one.before.map(old -> requiredOf(old.bundle())).orElse(List.of());
        try (InputStream in = one.file.open()) {
            // A location of its own: two versions, or twice the same one, are installed at the same time.
            String location = LOCATION + one.file.name() + "/" + serial.incrementAndGet();
            one.bundle = Optional.of(context.installBundle(location, in));
        } catch (BundleException | IOException | RuntimeException e) {
            one.refused = Optional.of(new Refused(Refused.Why.UNREADABLE, Diagnosis.cause(e)));
        }
    }

    private void resolve(List<Case> cases) {
        if (!framework().resolveBundles(cases.stream().map(Case::bundle).toList())) {
            cases.stream()
                    .filter(one -> one.bundle().getState() == Bundle.INSTALLED)
                    .forEach(one -> one.refused = Optional.of(Diagnosis.unresolved(one.bundle(), context)));
        }
    }

    private void start(Case one) {
        if (one.refused.isEmpty() && one.file.inPlace() && one.before.isPresent()) {
            stop(one.before.get().bundle());
            one.stoppedBefore = true;
        }
        one.step(this::start);
    }

    /** Whose classes come from a bundle that is refused cannot stay. */
    private static void spread(List<Case> cases) {
        boolean more = true;
        while (more) {
            more = false;
            for (Case bad : cases) {
                for (Case one : cases) {
                    if (bad.refused.isPresent() && one.refused.isEmpty() && one.isWiredTo(bad)) {
                        String why = "needs " + bad.file.name() + ", which is refused: "
                                + bad.refused.get().getMessage();
                        one.refused = Optional.of(new Refused(Refused.Why.UNRESOLVED, why));
                        more = true;
                    }
                }
            }
        }
    }

    private void takeBack(Case one) {
        one.bundle.ifPresent(this::uninstall);
        if (one.stoppedBefore) {
            restart(one.before.orElseThrow().bundle());
        }
    }

    Refused unresolved(Bundle bundle) {
        return Diagnosis.unresolved(bundle, context);
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
        // Not before: the framework sets a level on a thread of its own, and would start there what is being started
        // here.
        bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
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
        if (!live.isShipped() && uninstall(live.bundle())) {
            rewire(live.bundle());
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

    /** Whatever state it is in. */
    private boolean uninstall(Bundle bundle) {
        try {
            Limited.run(bundle.getSymbolicName(), START, bundle::uninstall);
            services.forget(bundle);
            return true;
        } catch (ExecutionException e) {
            log.warn("{} was uninstalled with", bundle, e.getCause());
            return true;
        } catch (TimeoutException e) {
            log.error("{} cannot be uninstalled: it does not come back from its start or stop", bundle);
            return false;
        }
    }

    /** Bundles that use the packages of one that has gone are moved to another exporter, or stop. */
    private void rewire(Bundle gone) {
        if (!framework().getRemovalPendingBundles().contains(gone)) {
            return;
        }
        wiring.writeLock().lock();
        try {
            var done = new CountDownLatch(1);
            framework().refreshBundles(List.of(gone), _ -> done.countDown());
            if (!done.await(REFRESH.toSeconds(), TimeUnit.SECONDS)) {
                log.error("the bundles that use {} do not restart", gone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            wiring.writeLock().unlock();
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

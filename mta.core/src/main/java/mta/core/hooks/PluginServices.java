package mta.core.hooks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.SelfTest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the services that are plugins and tells the runner of them. Those of a bundle that is on trial are kept back
 * until it is admitted. Leaving happens on the thread that stops the bundle, before its classes go. Thread-safe.
 */
public final class PluginServices {

    private static final Logger log = LoggerFactory.getLogger(PluginServices.class);

    /** A service that is a plugin. {@code service} is null if the component could not be activated. */
    public record Offer(String plugin, String named, List<String> points, Object service) {}

    private final BundleContext context;
    private final HookRunner runner;
    private final BundleListener gone = this::forgetPoints;
    private final Set<Bundle> onTrial = ConcurrentHashMap.newKeySet();
    private final Services services;

    PluginServices(BundleContext context, HookRunner runner) throws InvalidSyntaxException {
        this.context = context;
        this.runner = runner;
        this.services = new Services(context);
    }

    void open() {
        context.addBundleListener(gone);
        services.open();
    }

    void close() {
        context.removeBundleListener(gone);
        services.close();
    }

    private void forgetPoints(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED || event.getType() == BundleEvent.UNRESOLVED) {
            runner.retract(type -> event.getBundle().equals(FrameworkUtil.getBundle(type)));
        }
    }

    /** Keeps back what this bundle will offer. Before it starts. */
    public void hold(Bundle bundle) {
        onTrial.add(bundle);
    }

    /** Puts in force what it offers, and what it will offer. */
    public void admit(Bundle bundle) {
        onTrial.remove(bundle);
        for (Entry entry : services.of(bundle)) {
            entry.admit();
        }
    }

    /** It is not admitted; what it offers goes with it. */
    public void forget(Bundle bundle) {
        onTrial.remove(bundle);
    }

    /** What a bundle offers now. */
    public List<Offer> offers(Bundle bundle) {
        return services.of(bundle).stream().map(Entry::offer).toList();
    }

    /** One service; its registrations are there once it is admitted. */
    private final class Entry {

        private final ServiceReference<Object> reference;
        private final Object service;
        private final List<AutoCloseable> registrations = new ArrayList<>();
        private boolean admitted;
        private boolean gone;

        Entry(ServiceReference<Object> reference, Object service) {
            this.reference = reference;
            this.service = service;
        }

        synchronized void admit() {
            if (admitted || gone || service == null) {
                return;
            }
            admitted = true;
            var properties = new HashMap<String, Object>();
            for (String key : reference.getPropertyKeys()) {
                properties.put(key, reference.getProperty(key));
            }
            Bundle bundle = reference.getBundle();
            properties.putIfAbsent(
                    Registration.VERSION,
                    bundle == null ? "" : bundle.getVersion().toString());
            for (Class<?> type : types()) {
                registrations.add(register(type, properties));
            }
        }

        private <T> AutoCloseable register(Class<T> type, HashMap<String, Object> properties) {
            return runner.register(type, type.cast(service), properties);
        }

        private List<Class<?>> types() {
            var names = Set.of((String[]) reference.getProperty(Constants.OBJECTCLASS));
            return interfaces(service.getClass()).stream()
                    .filter(type -> names.contains(type.getName()))
                    .toList();
        }

        synchronized void leave() {
            gone = true;
            for (AutoCloseable registration : registrations) {
                try {
                    registration.close();
                } catch (Exception e) {
                    log.warn("a plugin left with", e);
                }
            }
        }

        Offer offer() {
            String plugin = String.valueOf(reference.getProperty(Plugin.PROPERTY));
            Object named = reference.getProperty(Named.PROPERTY);
            var points = new ArrayList<String>();
            for (String name : (String[]) reference.getProperty(Constants.OBJECTCLASS)) {
                if (!name.equals(SelfTest.class.getName())) {
                    points.add(name.substring(name.lastIndexOf('.') + 1));
                }
            }
            return new Offer(plugin, named == null ? "" : named.toString(), points, service);
        }
    }

    private final class Services extends ServiceTracker<Object, Entry> {

        Services(BundleContext context) throws InvalidSyntaxException {
            super(context, context.createFilter("(" + Plugin.PROPERTY + "=*)"), null);
        }

        /** Kept here and not by the tracker, which has an entry only after it was asked whether to admit it. */
        private final Map<ServiceReference<Object>, Entry> entries = new ConcurrentHashMap<>();

        List<Entry> of(Bundle bundle) {
            return entries.entrySet().stream()
                    .filter(one -> bundle.equals(one.getKey().getBundle()))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        public Entry addingService(ServiceReference<Object> reference) {
            var entry = new Entry(reference, context.getService(reference));
            entries.put(reference, entry);
            if (!onTrial.contains(reference.getBundle())) {
                entry.admit();
            }
            return entry;
        }

        @Override
        public void removedService(ServiceReference<Object> reference, Entry entry) {
            entries.remove(reference);
            entry.leave();
            context.ungetService(reference);
        }
    }

    private static Set<Class<?>> interfaces(Class<?> type) {
        var found = new LinkedHashSet<Class<?>>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Class<?> one : at.getInterfaces()) {
                found.add(one);
                found.addAll(interfaces(one));
            }
        }
        return found;
    }
}

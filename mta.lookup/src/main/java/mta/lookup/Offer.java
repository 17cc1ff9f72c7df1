package mta.lookup;

import mta.plugins.api.policy.Policy;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * A policy in the service registry, by the name of its plugin. Another one is put beside it before it leaves, so that
 * no question finds nobody. For one thread at a time, the component's.
 */
public final class Offer implements AutoCloseable {

    private final BundleContext context;
    private final String plugin;
    private ServiceRegistration<?> registration;

    /** @param plugin name that bindings use: {@code lookup-sql.shop} */
    public Offer(BundleContext context, String plugin) {
        this.context = context;
        this.plugin = plugin;
    }

    /** The name of the section that a component was made for: what stands behind {@code ~} in its PID. */
    public static String section(java.util.Map<String, ?> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** When this returns, nobody is in the one before any more. */
    public void put(SourcePolicy policy) {
        ServiceRegistration<?> before = registration;
        registration = context.registerService(Policy.class, policy, policy.properties(plugin));
        if (before != null) {
            before.unregister();
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }
}

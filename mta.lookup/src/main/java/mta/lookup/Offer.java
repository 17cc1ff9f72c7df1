package mta.lookup;

import java.util.function.Supplier;
import mta.plugins.api.policy.Policy;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy in the service registry, by the name of its plugin, and the connections it asks over. Another one is put
 * beside it before it leaves, so that no question finds nobody. For one thread at a time, the component's.
 */
public final class Offer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Offer.class);

    private final BundleContext context;
    private final String plugin;
    private ServiceRegistration<?> registration;
    private Runnable end = () -> {};

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

    /**
     * The same for a policy that asks over connections: they are ended with it, and at once if it cannot be made.
     *
     * @param end ends the connections; not called while anybody asks
     */
    public void put(Supplier<SourcePolicy> policy, Runnable end) {
        try {
            put(policy.get());
        } catch (RuntimeException | Error e) {
            end.run();
            throw e;
        }
        Runnable before = this.end;
        this.end = end;
        before.run();
    }

    /** Puts a policy of changed settings; what is wrong with them is logged, and the one before stays. */
    public void change(Runnable put) {
        try {
            put.run();
        } catch (IllegalArgumentException e) {
            LOG.error("{}: {}; the old settings stay", plugin, e.getMessage());
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
        end.run();
        end = () -> {};
    }
}
